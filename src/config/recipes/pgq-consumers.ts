import type { Recipe } from './recipe.ts'

/** A tick that a consumer of PgQ has not come to says since when it is behind. */
export const recipe: Recipe = {
  name: 'pgq-consumers',
  title: 'Consumers of PgQ that are behind',
  check: {
    rows: "SELECT CONCAT(q.queue_name, ' ', c.co_name) AS name, COALESCE((SELECT MIN(t.tick_time) FROM pgq.tick t WHERE t.tick_queue = s.sub_queue AND t.tick_id > s.sub_last_tick), now()) AS at FROM pgq.subscription s JOIN pgq.queue q ON q.queue_id = s.sub_queue JOIN pgq.consumer c ON c.co_id = s.sub_consumer WHERE s.sub_last_tick IS NOT NULL AND c.co_name NOT LIKE '.%'",
    critical: '10m',
    missing: 'warning',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'pgq/pgq',
    files: [
      'structure/tables.sql',
      'functions/pgq.next_batch.sql',
      'functions/pgq.finish_batch.sql',
      'functions/pgq.get_consumer_info.sql',
    ],
    version: '3.5',
  },
  trap: "If pgqd is dead, there is no new tick, and no consumer is behind: watch pgq as well. A consumer that puts every event into the retry queue looks alive. A consumer that takes longer than the limit for one batch, or that comes only now and then, needs a higher limit. A consumer that nobody runs any more is told until it is unregistered, and its queue grows until then. PgQ's own consumers, whose names begin with a dot, are left out.",
}
