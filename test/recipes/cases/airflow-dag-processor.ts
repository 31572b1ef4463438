import { naiveAgo, zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (id: string, time: string): string =>
  `CREATE TABLE job(id ${id}, dag_id varchar(250), state varchar(20), job_type varchar(30), start_date ${time},
  end_date ${time}, latest_heartbeat ${time}, executor_class varchar(500), hostname varchar(500), unixname varchar(1000))`
const row = (type: string, state: string, ago: number): string =>
  `INSERT INTO job(job_type, state, start_date, latest_heartbeat, hostname) VALUES ('${type}', '${state}', %AGO(90000)%, %AGO(${ago})%, 'one');`

export const recipeCase: RecipeCase = {
  recipe: 'airflow-dag-processor',
  ddl: {
    postgres: table('serial PRIMARY KEY', 'timestamp with time zone'),
    mysql: table('integer AUTO_INCREMENT PRIMARY KEY', 'timestamp(6) NULL'),
    sqlite: table('integer PRIMARY KEY', 'TIMESTAMP'),
  },
  ago: { postgres: zonedAgo, mysql: naiveAgo, sqlite: naiveAgo },
  states: {
    fresh: {
      sql:
        row('DagProcessorJob', 'running', 80000) +
        row('DagProcessorJob', 'running', 4) +
        row('DagProcessorJob', 'failed', 9000),
      expected: { 'airflow-dag-processor': 'ok' },
    },
    quiet: {
      sql:
        row('DagProcessorJob', 'running', 600) +
        row('DagProcessorJob', 'success', 4) +
        row('SchedulerJob', 'running', 4),
      expected: { 'airflow-dag-processor': 'critical' },
    },
    never: { sql: row('SchedulerJob', 'running', 4), expected: { 'airflow-dag-processor': 'critical' } },
  },
}
