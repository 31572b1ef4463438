import type { Recipe } from './recipe.ts'

/** One of the instances of pg-boss looks every 30 to 60 s for what is to be scheduled, and notes that it did. */
export const recipe: Recipe = {
  name: 'pg-boss',
  title: 'pg-boss',
  check: {
    query: 'SELECT cron_on FROM pgboss.version',
    critical: '5m',
    missing: 'critical',
  },
  databases: ['postgres'],
  source: {
    repository: 'timgit/pg-boss',
    files: ['src/plans.ts', 'src/timekeeper.ts', 'src/attorney.ts'],
    version: '12.27.0',
  },
  trap: 'If every instance has schedule: false, nothing writes it. It says that an instance is alive, not that jobs are done. Another schema than pgboss needs another query.',
}
