import type { Recipe } from './recipe.ts'

/** A job of Graphile Worker that is due and that nobody takes says that nobody works. */
export const recipe: Recipe = {
  name: 'graphile-worker-jobs',
  title: 'Jobs that wait for Graphile Worker',
  check: {
    query:
      "SELECT CASE WHEN row_security_active('graphile_worker._private_jobs') THEN 'hidden by row security' ELSE CAST(MIN(run_at) AS text) END FROM graphile_worker._private_jobs WHERE is_available",
    expires: true,
    critical: '10m',
    missing: 'ok',
  },
  databases: ['postgres'],
  source: {
    repository: 'graphile/worker',
    files: ['sql/000011.sql', 'sql/000016.sql', 'src/sql/getJobs.ts'],
    version: '0.17.3',
  },
  trap: 'If no job waits, nothing is told. Jobs of one named queue wait for each other, and a task that no worker knows waits for ever. Row security hides the rows from everybody but the owner and roles with BYPASSRLS.',
}
