import type { Recipe } from './recipe.ts'

/** Each process of GoodJob refreshes its row every half minute. */
export const recipe: Recipe = {
  name: 'good-job',
  title: "GoodJob's processes",
  check: {
    rows: "SELECT CONCAT(state->>'hostname', ' ', id) AS name, updated_at AS at FROM good_job_processes",
    critical: '3m',
    missing: 'critical',
    vanished: 'closed',
    stored_in: 'UTC',
  },
  databases: ['postgres'],
  source: {
    repository: 'bensheldon/good_job',
    files: [
      'app/models/good_job/process.rb',
      'lib/good_job/capsule_tracker.rb',
      'lib/good_job/notifier/process_heartbeat.rb',
      'lib/generators/good_job/templates/install/migrations/create_good_jobs.rb.erb',
    ],
    version: '4.19.2',
  },
  trap: 'Web servers that run jobs themselves (async) have rows, too. Other processes remove the row of a killed one. So a process is told only if it hangs, or if no other is alive: set min_rows to notice too few.',
}
