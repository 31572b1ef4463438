import type { Recipe } from './recipe.ts'

/** Grafana tidies up every ten minutes, and notes in a lock when one of its servers last did. */
export const recipe: Recipe = {
  name: 'grafana',
  title: "Grafana's server",
  check: {
    query: "SELECT last_execution FROM server_lock WHERE operation_uid = 'delete old login attempts'",
    critical: '1h',
    missing: 'critical',
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  source: {
    repository: 'grafana/grafana',
    files: [
      'pkg/services/cleanup/cleanup.go',
      'pkg/infra/serverlock/serverlock.go',
      'pkg/infra/serverlock/migrations.go',
    ],
    version: '9 (cleanup.go at 00d5b70)',
  },
  trap: 'It says that a server is alive, not that alerts are evaluated. One of several servers is enough. The row is first written ten minutes after the first start.',
}
