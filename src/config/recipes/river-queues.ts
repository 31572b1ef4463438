import type { Recipe } from './recipe.ts'

/** The clients that work on a queue of River say so every ten minutes. */
export const recipe: Recipe = {
  name: 'river-queues',
  title: "River's queues",
  check: {
    rows: 'SELECT name, updated_at FROM river_queue',
    critical: '30m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres', 'sqlite'],
  source: {
    repository: 'riverqueue/river',
    files: [
      'producer.go',
      'internal/maintenance/queue_cleaner.go',
      'riverdriver/riverpgxv5/internal/dbsqlc/river_queue.sql',
      'riverdriver/riversqlite/internal/dbsqlc/river_queue.sql',
      'riverdriver/riverpgxv5/migration/main/004_pending_and_more.up.sql',
    ],
    version: '0.43.0',
  },
  trap: 'A paused queue still beats. A queue that nobody works on any more stays critical for a day, until River deletes its row.',
}
