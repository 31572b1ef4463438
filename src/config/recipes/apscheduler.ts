import type { Recipe } from './recipe.ts'

/** APScheduler keeps when each job is due next, and moves that on as soon as it has started the job. */
export const recipe: Recipe = {
  name: 'apscheduler',
  title: 'Jobs of APScheduler 3 in an SQL database',
  check: {
    query: 'SELECT MIN(next_run_time) FROM apscheduler_jobs',
    expires: true,
    critical: '5m',
    missing: 'warning',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'agronholm/apscheduler',
    files: ['src/apscheduler/jobstores/sqlalchemy.py', 'src/apscheduler/schedulers/base.py', 'src/apscheduler/util.py'],
    version: '3.11.2',
  },
  trap: 'It is told only when a job is overdue: with daily jobs, up to a day late. A paused job has no time. APScheduler deletes a job that cannot be restored, and missing only tells that none is left. APScheduler 4 has other tables.',
}
