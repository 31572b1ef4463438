import type { Recipe } from './recipe.ts'

/** TYPO3 keeps when each task is due next, so that a task which was passed over can be seen. */
export const recipe: Recipe = {
  name: 'typo3-tasks',
  title: "TYPO3's scheduled tasks that are overdue",
  check: {
    query:
      'SELECT min(t.nextexecution) FROM tx_scheduler_task t LEFT JOIN tx_scheduler_task_group g ON g.uid = t.task_group ' +
      'WHERE t.disable = 0 AND t.deleted = 0 AND t.nextexecution <> 0 AND (g.hidden = 0 OR g.hidden IS NULL)',
    expires: true,
    warning: '30m',
    critical: '1h',
    missing: 'unknown',
    unit: 's',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'TYPO3/typo3',
    files: [
      'typo3/sysext/scheduler/Classes/Domain/Repository/SchedulerTaskRepository.php',
      'typo3/sysext/scheduler/Configuration/TCA/tx_scheduler_task.php',
      'typo3/sysext/core/Classes/Database/Schema/DefaultTcaSchema.php',
    ],
    version: '14.3.5',
  },
  trap: 'The next time is set before a task runs, so a task that fails or hangs is not overdue. The limits are for a scheduler that runs every quarter of an hour.',
}
