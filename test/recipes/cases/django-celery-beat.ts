import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const tables = (id: string, time: string): string =>
  `CREATE TABLE django_celery_beat_intervalschedule(id ${id}, every integer NOT NULL, period varchar(24) NOT NULL);
  CREATE TABLE django_celery_beat_periodictask(id ${id}, name varchar(200) NOT NULL UNIQUE, task varchar(200) NOT NULL,
  enabled bool NOT NULL, last_run_at ${time} NULL, total_run_count integer NOT NULL, date_changed ${time} NOT NULL,
  crontab_id integer NULL, interval_id integer NULL, solar_id integer NULL, one_off bool NOT NULL, start_time ${time} NULL,
  clocked_id integer NULL)`
const EVERY = `INSERT INTO django_celery_beat_intervalschedule(id, every, period)
  VALUES (1, 10, 'seconds'), (2, 1, 'hours'), (3, 2, 'days');`

interface Task {
  readonly interval?: string
  readonly enabled?: boolean
  readonly start?: string
  readonly changed?: number
}

function task(
  name: string,
  last: string,
  { interval = 'NULL', enabled = true, start = 'NULL', changed = 90_000 }: Task,
): string {
  return `INSERT INTO django_celery_beat_periodictask(name, task, enabled, last_run_at, total_run_count, date_changed,
    interval_id, one_off, start_time) VALUES ('${name}', 'app.${name}', ${enabled}, ${last}, 0, %AGO(${changed})%,
    ${interval}, false, ${start});`
}

export const recipeCase: RecipeCase = {
  recipe: 'django-celery-beat',
  ddl: {
    postgres: tables('serial PRIMARY KEY', 'timestamp with time zone'),
    mysql: tables('integer AUTO_INCREMENT PRIMARY KEY', 'datetime(6)'),
    sqlite: tables('integer PRIMARY KEY AUTOINCREMENT', 'datetime'),
  },
  ago: { postgres: zonedAgo, mysql: naiveAgo, sqlite: naiveAgo },
  states: {
    fresh: {
      sql:
        EVERY +
        task('often', '%AGO(180)%', { interval: '1' }) +
        task('rarely', '%AGO(172000)%', { interval: '3' }) +
        task('new', 'NULL', { interval: '1', changed: 9 }) +
        task('later', 'NULL', { interval: '1', start: '%AGO(-9000)%' }) +
        task('off', 'NULL', { interval: '1', enabled: false }) +
        task('crontab', '%AGO(900000)%', {}),
      expected: {
        'django-celery-beat': 'ok',
        'django-celery-beat/often': 'ok',
        'django-celery-beat/rarely': 'ok',
        'django-celery-beat/new': 'ok',
      },
    },
    quiet: {
      sql:
        EVERY +
        task('often', '%AGO(900)%', { interval: '1' }) +
        task('hourly', '%AGO(9000)%', { interval: '2' }) +
        task('rarely', '%AGO(172000)%', { interval: '3' }) +
        task('never', 'NULL', { interval: '2' }) +
        task('just', 'NULL', { interval: '1', start: '%AGO(9)%' }),
      expected: {
        'django-celery-beat': 'ok',
        'django-celery-beat/often': 'critical',
        'django-celery-beat/hourly': 'critical',
        'django-celery-beat/rarely': 'ok',
        'django-celery-beat/never': 'critical',
        'django-celery-beat/just': 'ok',
      },
    },
    never: { sql: 'SELECT 1', expected: { 'django-celery-beat': 'unknown' } },
  },
}
