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
    unit: 's',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'nextcloud/server',
    files: ['core/Service/CronService.php', 'core/Migrations/Version13000Date20170718121200.php'],
    version: 'commit 48c2dd62790f',
  },
  trap: 'It is written after the jobs have run, which takes a quarter of an hour or longer. It is not written in maintenance mode or before an upgrade is done. If the jobs run by AJAX, it is not written while nobody visits. Another table prefix than oc_ needs another query.',
}
