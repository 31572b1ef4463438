import { secondsAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, small: string, integer: string, text: string): string =>
  `CREATE TABLE jobs(id ${id}, queue varchar(255) NOT NULL, payload ${text} NOT NULL, attempts ${small} NOT NULL,
  reserved_at ${integer} NULL, available_at ${integer} NOT NULL, created_at ${integer} NOT NULL)`
const row = (available: number, reserved = 'NULL'): string =>
  `INSERT INTO jobs(queue, payload, attempts, reserved_at, available_at, created_at)
  VALUES ('default', '{}', 0, ${reserved}, %AGO(${available})%, %AGO(90000)%);`
const OTHERS = row(9000, '%AGO(8000)%') + row(-9000)

export const recipeCase: RecipeCase = {
  recipe: 'laravel-queue',
  ddl: {
    postgres: table('bigserial PRIMARY KEY', 'smallint', 'integer', 'text'),
    mysql: table('bigint unsigned AUTO_INCREMENT PRIMARY KEY', 'smallint unsigned', 'int unsigned', 'longtext'),
    sqlite: table('integer PRIMARY KEY AUTOINCREMENT', 'integer', 'integer', 'text'),
  },
  ago: { postgres: secondsAgo, mysql: secondsAgo, sqlite: secondsAgo },
  states: {
    fresh: { sql: OTHERS + row(20), expected: { 'laravel-queue': 'ok' } },
    quiet: { sql: OTHERS + row(900), expected: { 'laravel-queue': 'critical' } },
    never: { sql: 'SELECT 1', expected: { 'laravel-queue': 'ok' } },
  },
}
