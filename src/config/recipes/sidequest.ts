import type { Recipe } from './recipe.ts'

/** A job of Sidequest that is due and that nobody takes says that no engine works on its queue. */
export const recipe: Recipe = {
  name: 'sidequest',
  title: 'Jobs that wait in the queues of Sidequest',
  check: {
    rows: "SELECT j.queue AS name, MIN(j.available_at) AS at FROM sidequest_jobs j LEFT JOIN sidequest_queues q ON q.name = j.queue WHERE j.state IN ('waiting', 'claimed') AND (q.state IS NULL OR q.state = 'active') GROUP BY j.queue",
    expires: true,
    critical: '10m',
    missing: 'ok',
    vanished: 'closed',
    stored_in: 'UTC',
  },
  databases: ['postgres', 'mysql'],
  grants: 'GRANT SELECT ON sidequest_jobs TO watch; GRANT SELECT ON sidequest_queues TO watch',
  source: {
    repository: 'sidequestjs/sidequest',
    files: [
      'packages/backends/postgres/migrations/2_create_jobs_table.cjs',
      'packages/backends/mysql/migrations/2_create_jobs_table.cjs',
      'packages/backends/backend/src/sql-backend.ts',
      'packages/engine/src/execution/dispatcher.ts',
      'packages/engine/src/routines/release-stale-jobs.ts',
    ],
    version: '1.16.4',
  },
  trap: 'An engine leaves no trace of its own. If no job waits, nothing is told, even if the program that enqueues them on a schedule is dead. Jobs also wait if engines are busy. Jobs that a dead engine had begun stay running until another one releases them, within the hour, and are not looked at. In MySQL times are in the zone of the processes: set stored_in. In SQLite and MongoDB they cannot be read like this.',
}
