import type { Recipe } from './recipe.ts'

/** A job in Laravel's table that is due and that nobody takes says that no worker runs. */
export const recipe: Recipe = {
  name: 'laravel-queue',
  title: "Jobs that wait in Laravel's queue, kept in a database",
  check: {
    query: 'SELECT MIN(available_at) FROM jobs WHERE reserved_at IS NULL',
    expires: true,
    critical: '10m',
    missing: 'ok',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'laravel/framework',
    files: ['src/Illuminate/Queue/DatabaseQueue.php', 'src/Illuminate/Queue/Console/stubs/jobs.stub'],
    version: '13.26.1',
  },
  trap: 'It needs QUEUE_CONNECTION=database. If no job waits, nothing is told. Jobs also wait if workers are busy, or if none works on their queue. The scheduler leaves no trace. To watch both, let it queue a job each hour that writes a time.',
}
