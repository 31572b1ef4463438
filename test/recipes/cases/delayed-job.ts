import { naiveAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, time: string): string =>
  `CREATE TABLE delayed_jobs(id ${id}, priority integer DEFAULT 0 NOT NULL, attempts integer DEFAULT 0 NOT NULL,
  handler text NOT NULL, last_error text, run_at ${time} NULL, locked_at ${time} NULL, failed_at ${time} NULL,
  locked_by varchar(255), queue varchar(255), created_at ${time} NULL, updated_at ${time} NULL)`
const row = (due: number, { locked = 'NULL', failed = 'NULL' } = {}): string =>
  `INSERT INTO delayed_jobs(handler, run_at, locked_at, failed_at) VALUES ('x', %AGO(${due})%, ${locked}, ${failed});`
const OTHERS = row(9000, { locked: '%AGO(8000)%' }) + row(90_000, { failed: '%AGO(80000)%' }) + row(-9000)

export const recipeCase: RecipeCase = {
  recipe: 'delayed-job',
  ddl: {
    postgres: table('bigserial PRIMARY KEY', 'timestamp(6) without time zone'),
    mysql: table('bigint AUTO_INCREMENT PRIMARY KEY', 'datetime(6)'),
    sqlite: table('integer PRIMARY KEY AUTOINCREMENT', 'datetime(6)'),
  },
  ago: { postgres: naiveAgo, mysql: naiveAgo, sqlite: naiveAgo },
  states: {
    fresh: { sql: OTHERS + row(20), expected: { 'delayed-job': 'ok' } },
    quiet: { sql: OTHERS + row(900), expected: { 'delayed-job': 'critical' } },
    never: { sql: 'SELECT 1', expected: { 'delayed-job': 'ok' } },
  },
}
