import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (json: string, time: string): string =>
  `CREATE TABLE river_queue(name text PRIMARY KEY NOT NULL, created_at ${time} NOT NULL DEFAULT CURRENT_TIMESTAMP,
  metadata ${json} NOT NULL DEFAULT '{}', paused_at ${time}, updated_at ${time} NOT NULL DEFAULT CURRENT_TIMESTAMP)`
const row = (name: string, ago: number): string =>
  `INSERT INTO river_queue(name, updated_at) VALUES ('${name}', %AGO(${ago})%);`

export const recipeCase: RecipeCase = {
  recipe: 'river-queues',
  ddl: { postgres: table('jsonb', 'timestamptz'), sqlite: table('blob', 'timestamp') },
  ago: { postgres: zonedAgo, sqlite: naiveAgo },
  states: {
    fresh: {
      sql: row('default', 590) + row('mail', 5),
      expected: { 'river-queues': 'ok', 'river-queues/default': 'ok', 'river-queues/mail': 'ok' },
    },
    quiet: {
      sql: row('default', 590) + row('mail', 3600),
      expected: { 'river-queues': 'ok', 'river-queues/default': 'ok', 'river-queues/mail': 'critical' },
    },
    never: { sql: 'SELECT 1', expected: { 'river-queues': 'critical' } },
  },
}
