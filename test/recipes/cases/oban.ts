import { naiveAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (name: string, time: string): string =>
  `CREATE TABLE oban_peers(name ${name} NOT NULL PRIMARY KEY, node ${name} NOT NULL, started_at ${time} NOT NULL,
  expires_at ${time} NOT NULL)`
const row = (name: string, ago: number): string =>
  `INSERT INTO oban_peers VALUES ('${name}', 'app@one', %AGO(90000)%, %AGO(${ago})%);`

export const recipeCase: RecipeCase = {
  recipe: 'oban',
  ddl: { postgres: table('text', 'timestamp without time zone'), mysql: table('varchar(255)', 'datetime(6)') },
  ago: { postgres: naiveAgo, mysql: naiveAgo },
  states: {
    fresh: { sql: row('Oban', -25), expected: { oban: 'ok', 'oban/Oban': 'ok' } },
    quiet: {
      sql: row('Oban', -25) + row('Other.Oban', 90),
      expected: { oban: 'ok', 'oban/Oban': 'ok', 'oban/Other.Oban': 'critical' },
    },
    never: { sql: 'SELECT 1', expected: { oban: 'critical' } },
  },
}
