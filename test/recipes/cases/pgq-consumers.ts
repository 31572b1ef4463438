import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const tick = (id: number, ago: number): string => `INSERT INTO pgq.tick VALUES (1, ${id}, %AGO(${ago})%);`
const subscription = (consumer: number, lastTick: string): string =>
  `INSERT INTO pgq.subscription VALUES (1, ${consumer}, ${lastTick});`
const MANY = `INSERT INTO pgq.queue(queue_name) VALUES ('news');
  INSERT INTO pgq.consumer(co_name) VALUES ('reader'), ('idle'), ('.global_watermark'), ('member');
  ${tick(1, 90_000)}${tick(2, 9000)}${subscription(3, '1')}${subscription(4, 'NULL')}`
const name = (consumer: string): string => `pgq-consumers/news ${consumer}`

export const recipeCase: RecipeCase = {
  recipe: 'pgq-consumers',
  ddl: {
    postgres: `CREATE SCHEMA pgq; CREATE TABLE pgq.queue(queue_id serial PRIMARY KEY, queue_name text NOT NULL UNIQUE);
      CREATE TABLE pgq.consumer(co_id serial PRIMARY KEY, co_name text NOT NULL UNIQUE);
      CREATE TABLE pgq.tick(tick_queue int4 NOT NULL REFERENCES pgq.queue, tick_id bigint NOT NULL,
      tick_time timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tick_queue, tick_id));
      CREATE TABLE pgq.subscription(sub_queue int4 NOT NULL REFERENCES pgq.queue,
      sub_consumer int4 NOT NULL REFERENCES pgq.consumer, sub_last_tick bigint, PRIMARY KEY (sub_queue, sub_consumer))`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql: MANY + tick(3, 20) + subscription(1, '2') + subscription(2, '3'),
      expected: { 'pgq-consumers': 'ok', [name('reader')]: 'ok', [name('idle')]: 'ok' },
    },
    quiet: {
      sql: MANY + tick(3, 900) + tick(4, 20) + subscription(1, '2') + subscription(2, '4'),
      expected: { 'pgq-consumers': 'ok', [name('reader')]: 'critical', [name('idle')]: 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { 'pgq-consumers': 'warning' } },
  },
}
