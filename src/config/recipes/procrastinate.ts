import type { Recipe } from './recipe.ts'

/** Each worker of Procrastinate beats every 10 s, and is stalled after 30 s without. */
export const recipe: Recipe = {
  name: 'procrastinate',
  title: "Procrastinate's workers",
  check: {
    query: 'SELECT MAX(last_heartbeat) FROM procrastinate_workers',
    critical: '2m',
    missing: 'critical',
  },
  databases: ['postgres'],
  source: {
    repository: 'procrastinate-org/procrastinate',
    files: ['procrastinate/worker.py', 'procrastinate/sql/schema.sql', 'procrastinate/sql/queries.sql'],
    version: '3.9.0',
  },
  trap: 'One living worker is enough: the row of a killed one stays until another starts. Task code that blocks the event loop stops the beat. Before version 3.1 there is no such table.',
}
