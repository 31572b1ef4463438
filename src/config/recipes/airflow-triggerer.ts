import { jobOfAirflow } from './airflow.ts'
import type { Recipe } from './recipe.ts'

/** Airflow's triggerers beat every 5 s, and are unhealthy after 30 s for Airflow itself. */
export const recipe: Recipe = {
  name: 'airflow-triggerer',
  title: "Airflow's triggerer",
  ...jobOfAirflow('TriggererJob'),
  trap: 'Use it only if a triggerer runs: without deferrable operators there may be none, which is told as critical. One of several is enough.',
}
