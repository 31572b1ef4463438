import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, time: string): string =>
  `CREATE TABLE django_q_schedule(id ${id}, name varchar(100) NULL, func varchar(256) NOT NULL,
  schedule_type varchar(2) NOT NULL, minutes smallint NULL, repeats integer NOT NULL, next_run ${time} NULL,
  cron varchar(100) NULL, task varchar(100) NULL, cluster varchar(100) NULL)`
const row = (next: string, repeats = -1): string =>
  `INSERT INTO django_q_schedule(func, schedule_type, repeats, next_run) VALUES ('app.task', 'I', ${repeats}, ${next});`
const OTHERS = row('%AGO(90000)%', 0) + row('NULL') + row('%AGO(-90000)%', 3)

export const recipeCase: RecipeCase = {
  recipe: 'django-q2',
  ddl: {
    postgres: table('serial PRIMARY KEY', 'timestamp with time zone'),
    mysql: table('integer AUTO_INCREMENT PRIMARY KEY', 'datetime(6)'),
    sqlite: table('integer PRIMARY KEY AUTOINCREMENT', 'datetime'),
  },
  ago: { postgres: zonedAgo, mysql: naiveAgo, sqlite: naiveAgo },
  states: {
    fresh: { sql: OTHERS + row('%AGO(25)%'), expected: { 'django-q2': 'ok' } },
    quiet: { sql: OTHERS + row('%AGO(900)%'), expected: { 'django-q2': 'critical' } },
    never: { sql: 'SELECT 1', expected: { 'django-q2': 'warning' } },
  },
}
