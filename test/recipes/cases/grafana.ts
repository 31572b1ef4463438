import { secondsAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string): string =>
  `CREATE TABLE server_lock(id ${id}, operation_uid varchar(100) NOT NULL UNIQUE, version bigint NOT NULL,
  last_execution bigint NOT NULL)`
const row = (operation: string, last: string): string =>
  `INSERT INTO server_lock(operation_uid, version, last_execution) VALUES ('${operation}', 7, ${last});`

export const recipeCase: RecipeCase = {
  recipe: 'grafana',
  ddl: {
    postgres: table('bigserial PRIMARY KEY'),
    mysql: table('bigint AUTO_INCREMENT PRIMARY KEY'),
    sqlite: table('integer PRIMARY KEY AUTOINCREMENT'),
  },
  ago: { postgres: secondsAgo, mysql: secondsAgo, sqlite: secondsAgo },
  states: {
    fresh: {
      sql: row('delete old login attempts', '%AGO(1205)%') + row('cleanup expired auth tokens', '%AGO(40000)%'),
      expected: { grafana: 'ok' },
    },
    quiet: {
      sql: row('delete old login attempts', '%AGO(7200)%') + row('cleanup expired auth tokens', '%AGO(20)%'),
      expected: { grafana: 'critical' },
    },
    never: { sql: row('delete old login attempts', '0'), expected: { grafana: 'critical' } },
  },
}
