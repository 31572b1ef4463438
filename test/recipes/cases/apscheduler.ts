import { epochAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (float: string, binary: string): string =>
  `CREATE TABLE apscheduler_jobs(id VARCHAR(191) NOT NULL PRIMARY KEY, next_run_time ${float}, job_state ${binary} NOT NULL)`
const row = (id: string, next: string): string => `INSERT INTO apscheduler_jobs VALUES ('${id}', ${next}, 'x');`

export const recipeCase: RecipeCase = {
  recipe: 'apscheduler',
  ddl: { postgres: table('FLOAT(25)', 'BYTEA'), mysql: table('FLOAT(25)', 'BLOB'), sqlite: table('FLOAT', 'BLOB') },
  ago: { postgres: epochAgo, mysql: epochAgo, sqlite: epochAgo },
  states: {
    fresh: {
      sql: row('soon', '%AGO(-30)%') + row('later', '%AGO(-90000)%') + row('paused', 'NULL'),
      expected: { apscheduler: 'ok' },
    },
    quiet: {
      sql: row('soon', '%AGO(400)%') + row('later', '%AGO(-90000)%') + row('paused', 'NULL'),
      expected: { apscheduler: 'critical' },
    },
    never: { sql: 'SELECT 1', expected: { apscheduler: 'warning' } },
  },
}
