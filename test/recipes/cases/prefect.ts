import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const tables = (id: string, time: string): string =>
  `CREATE TABLE work_pool(id ${id} PRIMARY KEY NOT NULL, name VARCHAR NOT NULL UNIQUE, type VARCHAR NOT NULL,
  is_paused BOOLEAN DEFAULT FALSE NOT NULL);
  CREATE TABLE worker(id ${id} PRIMARY KEY NOT NULL, name VARCHAR NOT NULL, work_pool_id ${id} NOT NULL,
  last_heartbeat_time ${time} DEFAULT CURRENT_TIMESTAMP NOT NULL, heartbeat_interval_seconds INTEGER,
  status VARCHAR DEFAULT 'OFFLINE' NOT NULL, UNIQUE (work_pool_id, name))`
const id = (n: number): string => `'00000000-0000-4000-8000-00000000000${n}'`
const POOLS = `INSERT INTO work_pool VALUES (${id(1)}, 'local', 'process', FALSE), (${id(2)}, 'slow', 'docker', FALSE),
  (${id(3)}, 'paused', 'process', TRUE), (${id(4)}, 'empty', 'process', FALSE);`
const row = (n: number, pool: number, ago: number, interval = 'NULL'): string =>
  `INSERT INTO worker VALUES (${id(n)}, 'worker ${n}', ${id(pool)}, %AGO(${ago})%, ${interval}, 'ONLINE');`
const OTHERS = row(1, 1, 90_000) + row(2, 3, 90_000) + row(3, 2, 250, '60')

export const recipeCase: RecipeCase = {
  recipe: 'prefect',
  ddl: { postgres: tables('UUID', 'TIMESTAMP WITH TIME ZONE'), sqlite: tables('CHAR(36)', 'DATETIME') },
  ago: { postgres: zonedAgo, sqlite: naiveAgo },
  states: {
    fresh: {
      sql: POOLS + OTHERS + row(4, 1, 31),
      expected: { prefect: 'ok', 'prefect/local': 'ok', 'prefect/slow': 'ok' },
    },
    quiet: {
      sql: POOLS + OTHERS + row(4, 1, 200),
      expected: { prefect: 'ok', 'prefect/local': 'critical', 'prefect/slow': 'ok' },
    },
    never: { sql: POOLS, expected: { prefect: 'critical' } },
  },
}
