import type { Recipe } from './recipe.ts'

/** Moodle notes when its cron was last started. */
export const recipe: Recipe = {
  name: 'moodle',
  title: "Moodle's cron",
  check: {
    query: "SELECT value FROM mdl_config_plugins WHERE plugin = 'tool_task' AND name = 'lastcronstart'",
    warning: '5m',
    critical: '20m',
    missing: 'critical',
    unit: 's',
  },
  databases: ['postgres', 'mysql'],
  source: {
    repository: 'moodle/moodle',
    files: ['public/lib/classes/cron.php', 'public/lib/db/install.xml'],
    version: 'commit f747c15cbf1c',
  },
  trap: 'It is written when cron begins, so a cron whose tasks all fail looks alive. It does not change in maintenance mode and while an upgrade is pending. Another table prefix than mdl_ needs another query.',
}
