import type { Recipe } from './recipe.ts'

/** Each worker of Prefect beats at an interval that its row holds, half a minute by default, and is offline after three. */
export const recipe: Recipe = {
  name: 'prefect',
  title: "Prefect's work pools",
  check: {
    rows: 'SELECT p.name AS name, MAX(w.last_heartbeat_time) AS at, NULL AS warning, 5 * MAX(COALESCE(w.heartbeat_interval_seconds, 30)) AS critical FROM work_pool p JOIN worker w ON w.work_pool_id = p.id WHERE NOT p.is_paused GROUP BY p.name',
    critical: '3m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres', 'sqlite'],
  source: {
    repository: 'PrefectHQ/prefect',
    files: [
      'src/prefect/server/database/orm_models.py',
      'src/prefect/server/models/workers.py',
      'src/prefect/server/services/foreman.py',
      'src/prefect/settings/models/worker.py',
    ],
    version: '3.8.3',
  },
  trap: 'Rows of workers that are gone stay, so one living worker of each pool is enough. A pool that is no longer used is told until it is paused or deleted. A pool that never had a worker is not looked at.',
}
