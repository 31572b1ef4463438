import type { Recipe } from './recipe.ts'

/** Nextcloud notes when its background jobs have last run. */
export const recipe: Recipe = {
  name: 'nextcloud',
  title: "Nextcloud's background jobs",
  check: {
    query: "SELECT configvalue FROM oc_appconfig WHERE appid = 'core' AND configkey = 'lastcron'",
    warning: '30m',
    critical: '1h',
    missing: 'critical',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: { repository: 'nextcloud/server', files: ['cron.php'], version: '' },
  isVerified: false,
  trap: 'It is written after the jobs have run, so that one long job looks like silence. Another table prefix than oc_ needs another query.',
}
