import type { Recipe } from './recipe.ts'

/** pgqd gives each queue of PgQ a tick when there are events, and each minute when there are none. */
export const recipe: Recipe = {
  name: 'pgq',
  title: "PgQ's queues, which pgqd has to give ticks",
  check: {
    rows: 'SELECT q.queue_name AS name, (SELECT MAX(t.tick_time) FROM pgq.tick t WHERE t.tick_queue = q.queue_id) AS at, NULL AS warning, 120 + CAST(EXTRACT(EPOCH FROM q.queue_ticker_idle_period + q.queue_ticker_max_lag) AS integer) AS critical FROM pgq.queue q WHERE NOT (q.queue_external_ticker OR q.queue_ticker_paused)',
    critical: '5m',
    missing: 'warning',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'pgq/pgq',
    files: ['structure/tables.sql', 'functions/pgq.ticker.sql', 'structure/grants.ini'],
    version: '3.5',
  },
  trap: 'Every program that calls pgq.ticker() keeps it alive, not only pgqd. Queues that are paused or have an external ticker are left out. The limit of each queue is two minutes more than its own ticker_idle_period and ticker_max_lag. It says that events become batches, not that anybody takes them: see pgq-consumers.',
}
