import type { Recipe } from './recipe.ts'

/** PostgreSQL notes when it last handed a segment of its log to the archive. */
export const recipe: Recipe = {
  name: 'postgres-archiver',
  title: "PostgreSQL's archiver",
  check: {
    query: 'SELECT last_archived_time FROM pg_stat_archiver',
    critical: '1h',
    missing: 'critical',
  },
  databases: ['postgres'],
  source: {
    repository: 'postgres/postgres',
    files: ['src/backend/catalog/system_views.sql'],
    version: '15.20',
  },
  trap: "A server on which nothing is written archives nothing, whatever archive_timeout says. A busy one without archive_timeout archives only full segments. Set limits, or during, that allow for its quietest hours. A standby archives only with archive_mode = always. pg_stat_reset_shared('archiver') makes it forget the time.",
}
