import { jobOfAirflow } from './airflow.ts'
import type { Recipe } from './recipe.ts'

/** Airflow's DAG processors beat every 5 s where they run by themselves. */
export const recipe: Recipe = {
  name: 'airflow-dag-processor',
  title: "Airflow's DAG processor",
  ...jobOfAirflow('DagProcessorJob'),
  trap: 'Airflow 3 always has a DAG processor. Airflow 2 has a job for it only if it runs by itself (standalone_dag_processor). One of several is enough.',
}
