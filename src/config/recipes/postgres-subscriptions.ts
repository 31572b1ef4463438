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
  isVerified: true,
  trap: 'One that is disabled, by hand or by disable_on_error, counts as dead. A worker that fails, at a conflict say, starts anew every five seconds and may look well for a moment: recoveries: 3 keeps back an early all-clear. One that has just started has no time yet: failures: 2 spares a mail for that. It says that the publisher answers, not how far behind the subscription is. A higher wal_receiver_timeout than 1 min needs higher limits. Those of all databases are seen, so that their names have to differ.',
}
