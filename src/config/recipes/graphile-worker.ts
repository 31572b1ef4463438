import type { Recipe } from './recipe.ts'

/** Graphile Worker keeps no heartbeat, but notes for which minute each item of its crontab was last due. */
export const recipe: Recipe = {
  name: 'graphile-worker',
  title: "Graphile Worker's crontab",
  check: {
    query:
      "SELECT CASE WHEN row_security_active('graphile_worker._private_known_crontabs') THEN 'hidden by row security' ELSE CAST(MAX(last_execution) AS text) END FROM graphile_worker._private_known_crontabs",
    critical: '10m',
    missing: 'critical',
  },
  databases: ['postgres'],
  source: {
    repository: 'graphile/worker',
    files: ['sql/000008.sql', 'sql/000016.sql', 'src/cron.ts'],
    version: '0.17.3',
  },
  trap: 'The crontab needs an item that is due every five minutes or more often. It says that jobs are scheduled, not that they are done. Row security hides the rows from everybody but the owner and roles with BYPASSRLS.',
}
