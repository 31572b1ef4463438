import { millisecondsAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (queue: string, status: string, updated: number, delayed = 'NULL'): string =>
  `INSERT INTO dbos.workflow_status(workflow_uuid, status, queue_name, created_at, updated_at, delay_until_epoch_ms)
  VALUES (gen_random_uuid(), '${status}', '${queue}', %AGO(90000)%, %AGO(${updated})%, ${delayed});`
const OTHERS =
  row('jobs', 'SUCCESS', 90_000) +
  row('jobs', 'PENDING', 90_000) +
  row('jobs', 'CANCELLED', 90_000) +
  row('later', 'DELAYED', 90_000, '%AGO(-9000)%')

export const recipeCase: RecipeCase = {
  recipe: 'dbos-workflows',
  ddl: {
    postgres: `CREATE SCHEMA dbos; CREATE TABLE dbos.workflow_status(workflow_uuid text PRIMARY KEY, status text,
      queue_name text, created_at bigint NOT NULL DEFAULT (EXTRACT(EPOCH FROM now()) * 1000.0)::bigint,
      updated_at bigint NOT NULL DEFAULT (EXTRACT(EPOCH FROM now()) * 1000.0)::bigint, delay_until_epoch_ms bigint)`,
  },
  ago: { postgres: millisecondsAgo },
  states: {
    fresh: {
      sql: OTHERS + row('jobs', 'ENQUEUED', 20) + row('late', 'DELAYED', 9000, '%AGO(20)%'),
      expected: {
        'dbos-workflows': 'ok',
        'dbos-workflows/jobs': 'ok',
        'dbos-workflows/late': 'ok',
        'dbos-workflows/later': 'ok',
      },
    },
    quiet: {
      sql:
        OTHERS +
        row('jobs', 'ENQUEUED', 900) +
        row('jobs', 'ENQUEUED', 20) +
        row('late', 'DELAYED', 9000, '%AGO(900)%'),
      expected: {
        'dbos-workflows': 'ok',
        'dbos-workflows/jobs': 'critical',
        'dbos-workflows/late': 'critical',
        'dbos-workflows/later': 'ok',
      },
    },
    never: { sql: 'SELECT 1', expected: { 'dbos-workflows': 'ok' } },
  },
}
