import type { Recipe } from './recipe.ts'

/** Magento keeps a row for each run of a cron job; some of them run each minute. */
export const recipe: Recipe = {
  name: 'magento',
  title: "Magento's cron",
  check: {
    query: "SELECT max(finished_at) FROM cron_schedule WHERE status = 'success'",
    stored_in: 'UTC',
    warning: '10m',
    critical: '15m',
    missing: 'critical',
  },
  databases: ['mysql'],
  source: {
    repository: 'magento/magento2',
    files: [
      'app/code/Magento/Cron/Observer/ProcessCronQueueObserver.php',
      'app/code/Magento/Cron/etc/db_schema.xml',
      'app/code/Magento/Indexer/etc/crontab.xml',
    ],
    version: 'commit 017f5ca3a522',
  },
  trap: "It shows that some job succeeds, not that each of them does. Up to version 2.1 the times are in the store's zone, not in UTC. A table prefix needs another query.",
}
