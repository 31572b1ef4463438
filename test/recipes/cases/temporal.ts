import { naiveAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, role: string, never: string): string =>
  `CREATE TABLE cluster_membership(membership_partition INT NOT NULL, host_id ${id} NOT NULL,
  rpc_address VARCHAR(128) NOT NULL, rpc_port SMALLINT NOT NULL, role ${role} NOT NULL,
  session_start TIMESTAMP DEFAULT ${never}, last_heartbeat TIMESTAMP DEFAULT ${never},
  record_expiry TIMESTAMP DEFAULT ${never}, PRIMARY KEY (membership_partition, host_id))`

let host = 0
function row(role: number, ago: number): string {
  host += 1
  return `INSERT INTO cluster_membership VALUES (0, 'host${String(host).padStart(12, '0')}', '10.0.0.${host}', 6933, ${role},
    %AGO(90000)%, %AGO(${ago})%, %AGO(${ago - 172_800})%);`
}

export const recipeCase: RecipeCase = {
  recipe: 'temporal',
  ddl: {
    postgres: table('BYTEA', 'SMALLINT', "'1970-01-01 00:00:01+00:00'"),
    mysql: table('BINARY(16)', 'TINYINT', "'1970-01-02 00:00:01'"),
  },
  ago: { postgres: naiveAgo, mysql: naiveAgo },
  states: {
    fresh: {
      sql: row(1, 14) + row(1, 9000) + row(2, 3) + row(3, 3) + row(4, 3),
      expected: {
        temporal: 'ok',
        'temporal/frontend': 'ok',
        'temporal/history': 'ok',
        'temporal/matching': 'ok',
        'temporal/worker': 'ok',
      },
    },
    quiet: {
      sql: row(1, 14) + row(2, 200) + row(2, 9000) + row(3, 90),
      expected: {
        temporal: 'ok',
        'temporal/frontend': 'ok',
        'temporal/history': 'critical',
        'temporal/matching': 'warning',
        'temporal/worker': 'critical',
      },
    },
    never: {
      sql: 'SELECT 1',
      expected: {
        temporal: 'critical',
        'temporal/frontend': 'critical',
        'temporal/history': 'critical',
        'temporal/matching': 'critical',
        'temporal/worker': 'critical',
      },
    },
  },
}
