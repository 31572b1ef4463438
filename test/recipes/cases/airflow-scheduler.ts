import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, time: string): string =>
  `CREATE TABLE job(id ${id}, dag_id varchar(250), state varchar(20), job_type varchar(30), start_date ${time},
  end_date ${time}, latest_heartbeat ${time}, executor_class varchar(500), hostname varchar(500), unixname varchar(1000))`
const row = (type: string, state: string, ago: number): string =>
  `INSERT INTO job(job_type, state, start_date, latest_heartbeat, hostname) VALUES ('${type}', '${state}', %AGO(90000)%, %AGO(${ago})%, 'one');`

export const recipeCase: RecipeCase = {
  recipe: 'airflow-scheduler',
  ddl: {
    postgres: table('serial PRIMARY KEY', 'timestamp with time zone'),
    mysql: table('integer AUTO_INCREMENT PRIMARY KEY', 'timestamp(6) NULL'),
    sqlite: table('integer PRIMARY KEY', 'TIMESTAMP'),
  },
  ago: { postgres: zonedAgo, mysql: naiveAgo, sqlite: naiveAgo },
  states: {
    fresh: {
      sql:
        row('SchedulerJob', 'running', 80000) + row('SchedulerJob', 'running', 4) + row('SchedulerJob', 'failed', 9000),
      expected: { 'airflow-scheduler': 'ok' },
    },
    quiet: {
      sql: row('SchedulerJob', 'running', 600) + row('SchedulerJob', 'success', 4) + row('TriggererJob', 'running', 4),
      expected: { 'airflow-scheduler': 'critical' },
    },
    never: { sql: row('TriggererJob', 'running', 4), expected: { 'airflow-scheduler': 'critical' } },
  },
}
