import type { Recipe } from './recipe.ts'

/** Airflow's DAG processors beat every 5 s where they run by themselves. */
export const recipe: Recipe = {
  name: 'airflow-dag-processor',
  title: "Airflow's DAG processor",
  check: {
    query: "SELECT MAX(latest_heartbeat) FROM job WHERE job_type = 'DagProcessorJob' AND state = 'running'",
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
  trap: 'Airflow 3 always has a DAG processor. Airflow 2 has a job for it only if it runs by itself (standalone_dag_processor). One of several is enough.',
}
