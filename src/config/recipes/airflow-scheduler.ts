import type { Recipe } from './recipe.ts'

/** Airflow's schedulers beat every 5 s, and are unhealthy after 30 s for Airflow itself. */
export const recipe: Recipe = {
  name: 'airflow-scheduler',
  title: "Airflow's scheduler",
  check: {
    query: "SELECT MAX(latest_heartbeat) FROM job WHERE job_type = 'SchedulerJob' AND state = 'running'",
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
  trap: 'One of several schedulers is enough. A killed scheduler stays in the state running until another one notices, so a list of all of them would show dead ones.',
}
