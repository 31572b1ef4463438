import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (name: string, last: string): string =>
  `INSERT INTO graphile_worker._private_known_crontabs VALUES ('${name}', %AGO(900000)%, ${last});`

export const recipeCase: RecipeCase = {
  recipe: 'graphile-worker',
  ddl: {
    postgres: `CREATE SCHEMA graphile_worker; CREATE TABLE graphile_worker._private_known_crontabs(
      identifier text not null primary key, known_since timestamptz not null, last_execution timestamptz);
      ALTER TABLE graphile_worker._private_known_crontabs ENABLE ROW LEVEL SECURITY`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql: row('minutely', '%AGO(100)%') + row('daily', '%AGO(80000)%'),
      expected: { 'graphile-worker': 'ok' },
    },
    quiet: {
      sql: row('minutely', '%AGO(1000)%') + row('daily', '%AGO(80000)%'),
      expected: { 'graphile-worker': 'critical' },
    },
    never: { sql: row('minutely', 'NULL'), expected: { 'graphile-worker': 'critical' } },
  },
}
