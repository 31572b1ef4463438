import type { Recipe } from './recipe.ts'

/** An executor of DBOS asks each second for work, in sessions that have a name. */
export const recipe: Recipe = {
  name: 'dbos',
  title: "DBOS's executors",
  check: {
    query:
      "SELECT CASE WHEN COUNT(*) > COUNT(state_change) THEN 'hidden from all but pg_monitor' ELSE CAST(MAX(state_change) AS text) END FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'dbos_transact_%'",
    critical: '3m',
    missing: 'critical',
  },
  databases: ['postgres'],
  grants: 'GRANT pg_monitor TO watch',
  source: {
    repository: 'dbos-inc/dbos-transact-ts',
    files: ['src/system_database.ts', 'src/wfqueue.ts', 'src/client.ts'],
    version: '5.3.0',
  },
  trap: 'Use the system database of DBOS. One living executor of several is enough. A DBOSClient that enqueues now and then looks like an executor: watch dbos-workflows as well. A workflow that blocks the event loop stops the beat, and with track_activities = off there is no beat. Sessions of a pool of your own (systemDatabasePool) do not have this name.',
}
