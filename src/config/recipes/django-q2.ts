import type { Recipe } from './recipe.ts'

/** Django Q2 keeps when each schedule is due next, and looks every half minute for what is. */
export const recipe: Recipe = {
  name: 'django-q2',
  title: "Django Q2's schedules",
  check: {
    query: 'SELECT MIN(next_run) FROM django_q_schedule WHERE repeats <> 0',
    expires: true,
    critical: '10m',
    missing: 'warning',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'django-q2/django-q2',
    files: ['django_q/models.py', 'django_q/scheduler.py', 'django_q/cluster.py'],
    version: '1.11.0',
  },
  trap: 'It says that tasks are queued, not that they are done. It is told only when a schedule is overdue. A schedule for a cluster that does not run stays overdue. With USE_TZ = False set stored_in.',
}
