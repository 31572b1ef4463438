import type { Recipe } from './recipe.ts'

/** Each host of a Temporal cluster beats every 10 to 15 s, and is left out after 20 s without. */
export const recipe: Recipe = {
  name: 'temporal',
  title: "Temporal's services",
  check: {
    rows: "SELECT CASE role WHEN 1 THEN 'frontend' WHEN 2 THEN 'history' WHEN 3 THEN 'matching' WHEN 4 THEN 'worker' ELSE 'internal-frontend' END AS name, MAX(last_heartbeat) AS at FROM cluster_membership WHERE role BETWEEN 1 AND 5 GROUP BY role",
    expect: ['frontend', 'history', 'matching', 'worker'],
    warning: '1m',
    critical: '3m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres', 'mysql'],
  source: {
    repository: 'temporalio/temporal',
    files: [
      'common/membership/ringpop/monitor.go',
      'common/persistence/sql/cluster_metadata.go',
      'common/persistence/data_interfaces.go',
      'schema/postgresql/v12/temporal/schema.sql',
      'schema/mysql/v8/temporal/schema.sql',
    ],
    version: '1.31.2',
  },
  trap: 'Rows of dead hosts stay for two days or longer, so one living host of each role is enough. Times come from the hosts, and MySQL must be in UTC for them to be right. With Cassandra there is nothing to read here.',
}
