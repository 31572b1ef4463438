import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const queue = (name: string, idle: string, { paused = false, external = false } = {}): string =>
  `INSERT INTO pgq.queue(queue_name, queue_ticker_idle_period, queue_ticker_paused, queue_external_ticker)
  VALUES ('${name}', '${idle}', ${paused}, ${external});`
const tick = (queue: number, id: number, ago: number): string =>
  `INSERT INTO pgq.tick VALUES (${queue}, ${id}, %AGO(${ago})%);`
const QUEUES =
  queue('news', '1 minute') +
  queue('slow', '1 hour') +
  queue('paused', '1 minute', { paused: true }) +
  queue('far', '1 minute', { external: true }) +
  tick(2, 1, 3500) +
  tick(3, 1, 90_000) +
  tick(4, 1, 90_000)

export const recipeCase: RecipeCase = {
  recipe: 'pgq',
  ddl: {
    postgres: `CREATE SCHEMA pgq; CREATE TABLE pgq.queue(queue_id serial PRIMARY KEY, queue_name text NOT NULL UNIQUE,
      queue_external_ticker boolean NOT NULL DEFAULT false, queue_ticker_paused boolean NOT NULL DEFAULT false,
      queue_ticker_max_lag interval NOT NULL DEFAULT '3 seconds',
      queue_ticker_idle_period interval NOT NULL DEFAULT '1 minute');
      CREATE TABLE pgq.tick(tick_queue int4 NOT NULL REFERENCES pgq.queue, tick_id bigint NOT NULL,
      tick_time timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tick_queue, tick_id))`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql: QUEUES + tick(1, 1, 900) + tick(1, 2, 100),
      expected: { pgq: 'ok', 'pgq/news': 'ok', 'pgq/slow': 'ok' },
    },
    quiet: {
      sql: QUEUES + tick(1, 1, 900) + tick(1, 2, 190),
      expected: { pgq: 'ok', 'pgq/news': 'critical', 'pgq/slow': 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { pgq: 'warning' } },
  },
}
