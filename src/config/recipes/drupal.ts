import type { Recipe } from './recipe.ts'

/** Drupal keeps the time of its last cron run in its state. */
export const recipe: Recipe = {
  name: 'drupal',
  title: "Drupal's cron",
  check: {
    query: "SELECT value FROM key_value WHERE collection = 'state' AND name = 'system.cron_last'",
    warning: '6h',
    critical: '9h',
    missing: 'critical',
    unit: 's',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'drupal/core',
    files: ['lib/Drupal/Core/Cron.php', 'lib/Drupal/Core/KeyValueStore/DatabaseStorage.php'],
    version: '11.4.5',
  },
  trap: 'The limits are for Automated Cron with its three hours. Automated Cron runs only when somebody visits, so a site without visitors looks dead. A table prefix needs another query.',
}
