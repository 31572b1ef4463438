import type { Recipe } from './recipe.ts'

/** A job of Delayed Job that is due and that nobody takes says that no worker runs. */
export const recipe: Recipe = {
  name: 'delayed-job',
  title: 'Jobs that wait for Delayed Job',
  check: {
    query: 'SELECT MIN(run_at) FROM delayed_jobs WHERE locked_at IS NULL AND failed_at IS NULL',
    expires: true,
    critical: '10m',
    missing: 'ok',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'collectiveidea/delayed_job_active_record',
    files: ['lib/delayed/backend/active_record.rb', 'lib/generators/delayed_job/templates/migration.rb'],
    version: '4.1.11',
  },
  trap: 'If no job waits, nothing is told. Jobs also wait if workers are busy, or if none works on their queue or priority. Another table_name_prefix needs another query.',
}
