import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (kind: string, time: string): string =>
  `CREATE ${kind} river_leader(elected_at ${time} NOT NULL, expires_at ${time} NOT NULL, leader_id text NOT NULL,
  name text PRIMARY KEY NOT NULL DEFAULT 'default' CHECK (name = 'default'))`
const row = (ago: number): string =>
  `INSERT INTO river_leader(elected_at, expires_at, leader_id) VALUES (%AGO(90000)%, %AGO(${ago})%, 'one_2026');`

export const recipeCase: RecipeCase = {
  recipe: 'river-leader',
  ddl: { postgres: table('UNLOGGED TABLE', 'timestamptz'), sqlite: table('TABLE', 'timestamp') },
  ago: { postgres: zonedAgo, sqlite: naiveAgo },
  states: {
    fresh: { sql: row(-12), expected: { 'river-leader': 'ok' } },
    quiet: { sql: row(90), expected: { 'river-leader': 'critical' } },
    never: { sql: 'SELECT 1', expected: { 'river-leader': 'critical' } },
  },
}
