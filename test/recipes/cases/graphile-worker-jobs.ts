import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (due: number, { locked = 'NULL', attempts = 0 }: { locked?: string; attempts?: number } = {}): string =>
  `INSERT INTO graphile_worker._private_jobs(run_at, attempts, locked_at) VALUES (%AGO(${due})%, ${attempts}, ${locked});`
const OTHERS = row(9000, { locked: '%AGO(8000)%' }) + row(90_000, { attempts: 25 }) + row(-9000)

export const recipeCase: RecipeCase = {
  recipe: 'graphile-worker-jobs',
  ddl: {
    postgres: `CREATE SCHEMA graphile_worker; CREATE TABLE graphile_worker._private_jobs(
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job_queue_id integer, run_at timestamptz DEFAULT now() NOT NULL,
      attempts smallint DEFAULT 0 NOT NULL, max_attempts smallint DEFAULT 25 NOT NULL, last_error text,
      locked_at timestamptz, locked_by text,
      is_available boolean GENERATED ALWAYS AS (locked_at IS NULL AND attempts < max_attempts) STORED NOT NULL);
      ALTER TABLE graphile_worker._private_jobs ENABLE ROW LEVEL SECURITY`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: { sql: OTHERS + row(20), expected: { 'graphile-worker-jobs': 'ok' } },
    quiet: { sql: OTHERS + row(900), expected: { 'graphile-worker-jobs': 'critical' } },
    never: { sql: 'SELECT 1', expected: { 'graphile-worker-jobs': 'ok' } },
  },
}
