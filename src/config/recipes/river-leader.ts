import type { Recipe } from './recipe.ts'

/** River's leader holds a lease of 15 s, and renews it every 5 s. */
export const recipe: Recipe = {
  name: 'river-leader',
  title: "River's leader",
  check: {
    query: 'SELECT expires_at FROM river_leader',
    expires: true,
    critical: '1m',
    missing: 'critical',
  },
  databases: ['postgres', 'sqlite'],
  source: {
    repository: 'riverqueue/river',
    files: [
      'internal/leadership/elector.go',
      'riverdriver/riverpgxv5/internal/dbsqlc/river_leader.sql',
      'riverdriver/riversqlite/internal/dbsqlc/river_leader.sql',
      'riverdriver/riverpgxv5/migration/main/002_initial_schema.up.sql',
    ],
    version: '0.43.0',
  },
  trap: 'In PostgreSQL the table is unlogged: it cannot be read on a standby, and after a crash it is empty until a leader is elected. A client that only inserts jobs does not lead.',
}
