import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (ago: number): string => `INSERT INTO procrastinate_workers(last_heartbeat) VALUES (%AGO(${ago})%);`

export const recipeCase: RecipeCase = {
  recipe: 'procrastinate',
  ddl: {
    postgres: `CREATE TABLE procrastinate_workers(id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      last_heartbeat timestamp with time zone NOT NULL DEFAULT NOW())`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: { sql: row(9) + row(90_000), expected: { procrastinate: 'ok' } },
    quiet: { sql: row(200) + row(90_000), expected: { procrastinate: 'critical' } },
    never: { sql: 'SELECT 1', expected: { procrastinate: 'critical' } },
  },
}
