import type { Recipe } from './recipe.ts'

/** Each worker of Windmill pings every 5 s, and is no longer counted after five minutes without. */
export const recipe: Recipe = {
  name: 'windmill',
  title: "Windmill's worker groups",
  check: {
    rows: "SELECT worker_group AS name, MAX(ping_at) AS at FROM worker_ping WHERE ping_at > now() - interval '7 days' GROUP BY worker_group",
    critical: '5m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'windmill-labs/windmill',
    files: ['backend/windmill-common/src/worker.rs', 'backend/migrations/20220123221903_first.up.sql'],
    version: '1 (worker.rs at 00953e3)',
  },
  trap: 'Rows of workers that are gone stay, so one living worker of each group is enough. A group that is no longer used is told until its last ping is a week old.',
}
