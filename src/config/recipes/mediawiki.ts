import type { Recipe } from './recipe.ts'

/** MediaWiki keeps no time of a last run, but since when each job has been waiting. */
export const recipe: Recipe = {
  name: 'mediawiki',
  title: "MediaWiki's oldest waiting job",
  check: {
    query: "SELECT str_to_date(min(job_timestamp), '%Y%m%d%H%i%s') FROM job WHERE job_token = ''",
    stored_in: 'UTC',
    warning: '6h',
    critical: '1d',
    missing: 'ok',
  },
  databases: ['mysql'],
  source: {
    repository: 'wikimedia/mediawiki',
    files: [
      'includes/jobqueue/JobQueueDB.php',
      'maintenance/tables.json',
      'maintenance/tables-generated.sql',
      'includes/MainConfigSchema.php',
    ],
    version: '1.39.17',
  },
  trap: 'An empty queue is ok, so a dead runner is noticed only when there is work. Without runJobs.php, jobs run only when somebody visits. A table prefix needs another query. A queue outside the database cannot be watched like this.',
}
