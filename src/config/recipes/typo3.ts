import type { Recipe } from './recipe.ts'

/** TYPO3 notes when its scheduler was last called. */
export const recipe: Recipe = {
  name: 'typo3',
  title: "TYPO3's scheduler",
  check: {
    query: "SELECT entry_value FROM sys_registry WHERE entry_namespace = 'tx_scheduler' AND entry_key = 'lastRun'",
    pattern: '"end";i:(\\d+);',
    warning: '30m',
    critical: '1h',
    missing: 'critical',
    unit: 's',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'TYPO3/typo3',
    files: [
      'typo3/sysext/scheduler/Classes/Scheduler.php',
      'typo3/sysext/scheduler/Classes/Command/SchedulerCommand.php',
      'typo3/sysext/core/Classes/Registry.php',
      'typo3/sysext/core/ext_tables.sql',
    ],
    version: '14.3.5',
  },
  trap: 'It is written after the tasks have run, even if they have failed, and also when somebody runs one by hand. The limits are for a scheduler that runs every quarter of an hour.',
}
