import type { Recipe } from './recipe.ts'

/** Each daemon of Dagster beats every half minute, between the steps of its work. */
export const recipe: Recipe = {
  name: 'dagster',
  title: "Dagster's daemons",
  check: {
    rows: 'SELECT daemon_type, body FROM daemon_heartbeats',
    json: '$.timestamp',
    warning: '10m',
    critical: '30m',
    missing: 'critical',
    vanished: 'closed',
    stored_in: 'UTC',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'dagster-io/dagster',
    files: [
      'python_modules/dagster/dagster/_daemon/controller.py',
      'python_modules/dagster/dagster/_daemon/types.py',
      'python_modules/dagster/dagster/_daemon/cli/__init__.py',
      'python_modules/dagster/dagster/_core/storage/runs/schema.py',
      'python_modules/dagster/dagster/_core/storage/runs/sql_run_storage.py',
    ],
    version: '1 (controller.py at 04eaa49)',
  },
  trap: 'A daemon that is no longer configured leaves its row. dagster-daemon wipe deletes all rows, and the running daemons write theirs again. The time is taken from the body, since the column timestamp depends on the zone of the connection that writes it.',
}
