import type { Recipe } from './recipe.ts'

/** What streams from a PostgreSQL server answers each 10 s, by its own clock; the row is gone as soon as it hangs up. */
export const recipe: Recipe = {
  name: 'postgres-standbys',
  title: 'What streams from a PostgreSQL server: standbys, subscribers, pg_receivewal',
  check: {
    rows: "SELECT CONCAT_WS(' ', application_name, client_addr) AS name, CASE WHEN MAX(state) IS NULL THEN 'hidden from all but pg_monitor' ELSE CAST(MIN(reply_time) AS text) END AS at FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' GROUP BY application_name, client_addr",
    warning: '30s',
    critical: '1m',
    missing: 'critical',
    vanished: 'critical',
  },
  databases: ['postgres'],
  source: {
    repository: 'postgres/postgres',
    files: ['src/backend/catalog/system_views.sql'],
    version: '15.20',
  },
  isVerified: true,
  trap: "One that has hung up has no row: name in expect those that should be there (application_name and address, such as walreceiver 192.0.2.7), or set min_rows. The times are by the standbys' own clocks, and say that they answer, not how far behind they are. Before PostgreSQL 12 there are none, and only members of pg_monitor see them.",
}
