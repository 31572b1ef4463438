import { naiveAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const [first, second] = ['0b1f6f0e-6c0e-4b7e-9f0e-0d7a6f3f0001', '0b1f6f0e-6c0e-4b7e-9f0e-0d7a6f3f0002']
const row = (id: string, host: string, ago: number): string =>
  `INSERT INTO good_job_processes VALUES ('${id}', %AGO(90000)%, %AGO(${ago})%, '{"hostname": "${host}", "pid": 1}', 0);`

export const recipeCase: RecipeCase = {
  recipe: 'good-job',
  ddl: {
    postgres: `CREATE TABLE good_job_processes(id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
      created_at timestamp(6) without time zone NOT NULL, updated_at timestamp(6) without time zone NOT NULL,
      state jsonb, lock_type smallint)`,
  },
  ago: { postgres: naiveAgo },
  states: {
    fresh: {
      sql: row(first, 'web1', 31) + row(second, 'web2', 2),
      expected: { 'good-job': 'ok', [`good-job/web1 ${first}`]: 'ok', [`good-job/web2 ${second}`]: 'ok' },
    },
    quiet: {
      sql: row(first, 'web1', 200) + row(second, 'web2', 2),
      expected: { 'good-job': 'ok', [`good-job/web1 ${first}`]: 'critical', [`good-job/web2 ${second}`]: 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { 'good-job': 'critical' } },
  },
}
