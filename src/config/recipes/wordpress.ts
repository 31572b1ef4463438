import type { Recipe } from './recipe.ts'

/** WordPress keeps no time of a last run, but when each event is due, the earliest first. */
export const recipe: Recipe = {
  name: 'wordpress',
  title: "WordPress's scheduled events that are overdue",
  check: {
    table: 'wp_options',
    key_column: 'option_name',
    value_column: 'option_value',
    key: 'cron',
    pattern: '^a:\\d+:\\{i:(\\d+);',
    expires: true,
    warning: '15m',
    critical: '1h',
    missing: 'critical',
  },
  databases: ['mysql'],
  source: {
    repository: 'WordPress/WordPress',
    files: [
      'wp-includes/cron.php',
      'wp-cron.php',
      'wp-admin/includes/class-wp-site-health.php',
      'wp-admin/includes/schema.php',
    ],
    version: '7.1',
  },
  trap: 'An event is rescheduled before it runs, so an event that fails is not overdue. Without a real cron, events run only when somebody visits. Another table prefix than wp_ needs another table. So does each site of a network.',
}
