import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (worker: string, group: string, ago: number): string =>
  `INSERT INTO worker_ping(worker, worker_instance, ping_at, worker_group) VALUES ('${worker}', 'one', %AGO(${ago})%, '${group}');`
const OLD = row('wk-old', 'given up', 900_000) + row('wk-default-0', 'default', 90_000)

export const recipeCase: RecipeCase = {
  recipe: 'windmill',
  ddl: {
    postgres: `CREATE TABLE worker_ping(worker VARCHAR(255) PRIMARY KEY, worker_instance VARCHAR(255) NOT NULL,
      ping_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), started_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
      ip VARCHAR(50) NOT NULL DEFAULT 'NO IP', jobs_executed INTEGER NOT NULL DEFAULT 0,
      worker_group VARCHAR(255) NOT NULL DEFAULT 'default')`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql: OLD + row('wk-default-1', 'default', 6) + row('wk-native-1', 'native', 2),
      expected: { windmill: 'ok', 'windmill/default': 'ok', 'windmill/native': 'ok' },
    },
    quiet: {
      sql: OLD + row('wk-default-1', 'default', 400) + row('wk-native-1', 'native', 2),
      expected: { windmill: 'ok', 'windmill/default': 'critical', 'windmill/native': 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { windmill: 'critical' } },
  },
}
