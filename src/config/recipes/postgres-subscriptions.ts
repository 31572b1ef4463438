import type { Recipe } from './recipe.ts'

/** A subscription hears from its publisher each 30 s at the latest, since it asks where it hears nothing. */
export const recipe: Recipe = {
  name: 'postgres-subscriptions',
  title: "PostgreSQL's subscriptions (logical replication)",
  check: {
    rows: "SELECT s.subname AS name, NULLIF(MAX(last_msg_receipt_time) FILTER (WHERE relid IS NULL), '-infinity') AS at, CASE WHEN NOT BOOL_OR(subenabled) THEN 'it is disabled' WHEN COUNT(pid) FILTER (WHERE relid IS NULL) = 0 THEN 'its worker fails or has no publisher: see the log' ELSE 'its worker has heard nothing yet' END AS why FROM pg_stat_subscription JOIN pg_subscription AS s ON s.oid = subid GROUP BY subid, s.subname",
    warning: '1m',
    critical: '2m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'postgres/postgres',
    files: ['src/backend/catalog/system_views.sql'],
    version: '15.20',
  },
  trap: 'A subscription that is disabled, by hand or by disable_on_error, counts as dead. A worker that fails, for example at a conflict, starts again every five seconds and may look ok for a moment: recoveries: 3 prevents an early all-clear. A worker that has just started has no time yet: failures: 2 avoids a mail for that. It says that the publisher answers, not how far behind the subscription is. A wal_receiver_timeout of more than 1 min needs higher limits. Subscriptions of all databases are seen, so their names must differ.',
}
