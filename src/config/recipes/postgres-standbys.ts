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
  trap: "A standby that has disconnected has no row. Name those that must be there in expect (application_name and address, such as walreceiver 192.0.2.7), or set min_rows. The times are on the standbys' own clocks. They say that the standbys answer, not how far behind they are. Before PostgreSQL 12 there are none, and only members of pg_monitor see them.",
}
