import type { Recipe } from './recipe.ts'

/** Each process of Solid Queue beats every minute, and is pruned after five minutes without. */
export const recipe: Recipe = {
  name: 'solid-queue',
  title: "Solid Queue's processes",
  check: {
    rows: 'SELECT name, last_heartbeat_at FROM solid_queue_processes',
    critical: '3m',
    missing: 'critical',
    vanished: 'closed',
    stored_in: 'UTC',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'rails/solid_queue',
    files: [
      'app/models/solid_queue/process.rb',
      'app/models/solid_queue/process/prunable.rb',
      'lib/solid_queue/processes/registrable.rb',
      'lib/solid_queue.rb',
      'lib/generators/solid_queue/install/templates/db/queue_schema.rb',
    ],
    version: '1.5.0',
  },
  trap: 'The queue usually has a database of its own. A supervisor removes dead processes after five minutes, and restarted ones have new names: set min_rows to notice too few.',
}
