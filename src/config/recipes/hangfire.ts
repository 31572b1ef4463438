import type { Recipe } from './recipe.ts'

/** Each server of Hangfire beats every half minute, and is removed after five minutes without. */
export const recipe: Recipe = {
  name: 'hangfire',
  title: "Hangfire's servers, kept in PostgreSQL",
  check: {
    rows: 'SELECT id AS name, lastheartbeat AS at FROM hangfire.server',
    critical: '3m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'hangfire-postgres/Hangfire.PostgreSql',
    files: [
      'src/Hangfire.PostgreSql/PostgreSqlConnection.cs',
      'src/Hangfire.PostgreSql/PostgreSqlStorageOptions.cs',
      'src/Hangfire.PostgreSql/Scripts/Install.v3.sql',
      'src/Hangfire.PostgreSql/Scripts/Install.v19.sql',
    ],
    version: '1.21.1',
  },
  trap: 'Before version 19 of the schema the column has no zone and is in the zone of the servers: set stored_in. Another SchemaName than hangfire needs another query. Restarted servers have new names: set min_rows to notice too few.',
}
