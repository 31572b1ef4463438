import type { Recipe } from './recipe.ts'

/** The leader of each Oban instance holds a lease of half a minute, and renews it at half time. */
export const recipe: Recipe = {
  name: 'oban',
  title: "Oban's leaders",
  check: {
    rows: 'SELECT name, expires_at FROM oban_peers',
    expires: true,
    critical: '1m',
    missing: 'critical',
    vanished: 'critical',
    stored_in: 'UTC',
  },
  databases: ['postgres', 'mysql'],
  source: {
    repository: 'oban-bg/oban',
    files: [
      'lib/oban/peers/database.ex',
      'lib/oban/config.ex',
      'lib/oban/migrations/postgres/v11.ex',
      'lib/oban/migrations/myxql.ex',
    ],
    version: '2.23.0',
  },
  trap: 'It needs the peer Oban.Peers.Database, which is the default for PostgreSQL and MySQL. Nodes with peer: false have no leader. A leader that stops normally deletes its row, and the next one is elected within half a minute: failures: 2 avoids a mail for each deployment.',
}
