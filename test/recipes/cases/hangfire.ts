import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (id: string, ago: number): string => `INSERT INTO hangfire.server VALUES ('${id}', '{}', %AGO(${ago})%);`

export const recipeCase: RecipeCase = {
  recipe: 'hangfire',
  ddl: {
    postgres: `CREATE SCHEMA hangfire; CREATE TABLE hangfire.server(id text NOT NULL PRIMARY KEY, data jsonb NULL,
      lastheartbeat timestamp with time zone NOT NULL)`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql: row('web1:7:0a1b', 29) + row('web2:7:2c3d', 1),
      expected: { hangfire: 'ok', 'hangfire/web1:7:0a1b': 'ok', 'hangfire/web2:7:2c3d': 'ok' },
    },
    quiet: {
      sql: row('web1:7:0a1b', 240) + row('web2:7:2c3d', 1),
      expected: { hangfire: 'ok', 'hangfire/web1:7:0a1b': 'critical', 'hangfire/web2:7:2c3d': 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { hangfire: 'critical' } },
  },
}
