import type { Recipe } from './recipe.ts'

/** Celery beat notes when it last sent each task, and writes that down at least every three minutes. */
export const recipe: Recipe = {
  name: 'django-celery-beat',
  title: 'Tasks that Celery beat sends at intervals (django-celery-beat)',
  check: {
    rows: "SELECT t.name AS name, COALESCE(t.last_run_at, CASE WHEN t.start_time > t.date_changed THEN t.start_time ELSE t.date_changed END) AS at, NULL AS warning, 600 + 2 * i.every * CASE i.period WHEN 'days' THEN 86400 WHEN 'hours' THEN 3600 WHEN 'minutes' THEN 60 ELSE 1 END AS critical FROM django_celery_beat_periodictask t JOIN django_celery_beat_intervalschedule i ON i.id = t.interval_id WHERE t.enabled AND (t.start_time IS NULL OR t.start_time <= CURRENT_TIMESTAMP)",
    critical: '1h',
    missing: 'unknown',
    vanished: 'closed',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'celery/django-celery-beat',
    files: ['django_celery_beat/models.py', 'django_celery_beat/schedulers.py'],
    version: '2.9.0',
  },
  trap: 'It says that a task was sent, not that a worker has done it. Tasks with a crontab or a clock are not looked at, since their table does not say how long they pause. With USE_TZ = False times are in the zone of the project or in UTC, depending on the version: try stored_in.',
}
