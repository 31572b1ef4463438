import { naiveAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, time: string): string =>
  `CREATE TABLE solid_queue_processes(id ${id}, kind varchar(255) NOT NULL, last_heartbeat_at ${time} NOT NULL,
  supervisor_id bigint, pid integer NOT NULL, hostname varchar(255), metadata text, created_at ${time} NOT NULL,
  name varchar(255) NOT NULL)`
const row = (kind: string, ago: number): string =>
  `INSERT INTO solid_queue_processes(kind, last_heartbeat_at, pid, hostname, created_at, name)
  VALUES ('${kind}', %AGO(${ago})%, 7, 'one', %AGO(90000)%, '${kind.toLowerCase()}-0a1b');`

export const recipeCase: RecipeCase = {
  recipe: 'solid-queue',
  ddl: {
    postgres: table('bigserial PRIMARY KEY', 'timestamp(6) without time zone'),
    mysql: table('bigint AUTO_INCREMENT PRIMARY KEY', 'datetime(6)'),
    sqlite: table('integer PRIMARY KEY AUTOINCREMENT', 'datetime(6)'),
  },
  ago: { postgres: naiveAgo, mysql: naiveAgo, sqlite: naiveAgo },
  states: {
    fresh: {
      sql: row('Supervisor(fork)', 20) + row('Worker', 55),
      expected: { 'solid-queue': 'ok', 'solid-queue/supervisor(fork)-0a1b': 'ok', 'solid-queue/worker-0a1b': 'ok' },
    },
    quiet: {
      sql: row('Supervisor(fork)', 20) + row('Worker', 240),
      expected: {
        'solid-queue': 'ok',
        'solid-queue/supervisor(fork)-0a1b': 'ok',
        'solid-queue/worker-0a1b': 'critical',
      },
    },
    never: { sql: 'SELECT 1', expected: { 'solid-queue': 'critical' } },
  },
}
