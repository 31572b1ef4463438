import type { Recipe } from './recipe.ts'

/** A subscription hears from its publisher each 30 s at the latest, since it asks where it hears nothing. */
export const recipe: Recipe = {
  name: 'postgres-subscriptions',
  title: "PostgreSQL's subscriptions (logical replication)",
  check: {
    rows: 'SELECT subname AS name, MAX(last_msg_receipt_time) FILTER (WHERE relid IS NULL) AS at FROM pg_stat_subscription GROUP BY subid, subname',
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
  trap: 'One that is disabled, by hand or by disable_on_error, counts as dead. One that starts anew has no time for a moment: failures: 2 spares a mail for that. It says that the publisher answers, not how far behind the subscription is. A higher wal_receiver_timeout than 1 min needs higher limits. Those of all databases are seen, so that their names have to differ.',
}
