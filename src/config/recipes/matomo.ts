import type { Recipe } from './recipe.ts'

/** Matomo notes when its archiving has last come to its end without an error. */
export const recipe: Recipe = {
  name: 'matomo',
  title: "Matomo's archiving by cron",
  check: {
    table: 'matomo_option',
    key_column: 'option_name',
    value_column: 'option_value',
    key: 'LastCompletedFullArchiving',
    warning: '1d',
    critical: '2d',
    missing: 'critical',
  },
  databases: ['mysql'],
  source: {
    repository: 'matomo-org/matomo',
    files: [
      'core/CronArchive.php',
      'plugins/Diagnostics/Diagnostic/CronArchivingLastRunCheck.php',
      'core/Db/Schema/Mysql.php',
    ],
    version: '5.2.0-b5',
  },
  trap: "It is written at the end, and only if there was no error at all. It is never written if visitors trigger the archiving. The limits are those of Matomo's own diagnostics. An hourly core:archive allows shorter ones. Another table prefix than matomo_ needs another table.",
}
