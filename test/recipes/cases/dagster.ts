import { epochAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, time: string): string =>
  `CREATE TABLE daemon_heartbeats(id ${id}, daemon_type varchar(255) NOT NULL UNIQUE, daemon_id varchar(255),
  timestamp ${time} NOT NULL, body text)`
const row = (type: string, ago: number): string =>
  `INSERT INTO daemon_heartbeats(daemon_type, daemon_id, timestamp, body) VALUES ('${type}', '0a1b', '2026-01-01 00:00:00',
  '{"__class__": "DaemonHeartbeat", "daemon_id": "0a1b", "daemon_type": "${type}", "errors": [], "timestamp": %AGO(${ago})%}');`

export const recipeCase: RecipeCase = {
  recipe: 'dagster',
  ddl: {
    postgres: table('bigserial PRIMARY KEY', 'timestamp without time zone'),
    mysql: table('bigint AUTO_INCREMENT PRIMARY KEY', 'timestamp'),
    sqlite: table('integer PRIMARY KEY', 'TIMESTAMP'),
  },
  ago: { postgres: epochAgo, mysql: epochAgo, sqlite: epochAgo },
  states: {
    fresh: {
      sql: row('SCHEDULER', 20) + row('SENSOR', 300),
      expected: { dagster: 'ok', 'dagster/SCHEDULER': 'ok', 'dagster/SENSOR': 'ok' },
    },
    quiet: {
      sql: row('SCHEDULER', 2000) + row('SENSOR', 900) + row('BACKFILL', 20),
      expected: {
        dagster: 'ok',
        'dagster/SCHEDULER': 'critical',
        'dagster/SENSOR': 'warning',
        'dagster/BACKFILL': 'ok',
      },
    },
    never: { sql: 'SELECT 1', expected: { dagster: 'critical' } },
  },
}
