import { jobOfAirflow } from './airflow.ts'
import type { Recipe } from './recipe.ts'

/** Airflow's schedulers beat every 5 s, and are unhealthy after 30 s for Airflow itself. */
export const recipe: Recipe = {
  name: 'airflow-scheduler',
  title: "Airflow's scheduler",
  ...jobOfAirflow('SchedulerJob'),
  trap: 'One of several schedulers is enough. A killed scheduler stays in the state running until another one notices, so a list of all of them would show dead ones.',
}
