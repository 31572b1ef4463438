import type { Recipe } from './recipe.ts'

/** Airflow's triggerers beat every 5 s, and are unhealthy after 30 s for Airflow itself. */
export const recipe: Recipe = {
  name: 'airflow-triggerer',
  title: "Airflow's triggerer",
  check: {
    query: "SELECT MAX(latest_heartbeat) FROM job WHERE job_type = 'TriggererJob' AND state = 'running'",
    warning: '1m',
    critical: '3m',
    missing: 'critical',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'apache/airflow',
    files: [
      'airflow-core/src/airflow/jobs/job.py',
      'airflow-core/src/airflow/utils/sqlalchemy.py',
      'airflow-core/src/airflow/utils/orm_event_handlers.py',
      'airflow-core/src/airflow/config_templates/config.yml',
    ],
    version: '3 (job.py at 0120e08)',
  },
  isVerified: true,
  trap: 'Use it only if a triggerer runs: without deferrable operators there may be none, which is told as critical. One of several is enough.',
}
