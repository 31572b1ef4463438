import type { Recipe } from './recipe.ts'

/** What all jobs of Airflow have in common: they beat every 5 s, and are unhealthy after 30 s for Airflow itself. */
export function jobOfAirflow(type: string): Pick<Recipe, 'check' | 'databases' | 'source'> {
  return {
    check: {
      query: `SELECT MAX(latest_heartbeat) FROM job WHERE job_type = '${type}' AND state = 'running'`,
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
  }
}
