import type { Recipe } from './recipe.ts'

/** Each instance of a Quartz cluster checks in at an interval that its row holds, 7.5 s by default. */
export const recipe: Recipe = {
  name: 'quartz',
  title: 'Quartz schedulers in a cluster',
  check: {
    rows: 'SELECT SCHED_NAME AS name, MAX(LAST_CHECKIN_TIME) AS at, NULL AS warning, (MAX(CHECKIN_INTERVAL) + 60000) / 1000 AS critical FROM QRTZ_SCHEDULER_STATE GROUP BY SCHED_NAME',
    critical: '2m',
    missing: 'critical',
    unit: 'ms',
  },
  databases: ['postgres', 'mysql'],
  source: {
    repository: 'quartz-scheduler/quartz',
    files: [
      'quartz/src/main/java/org/quartz/impl/jdbcjobstore/JobStoreSupport.java',
      'quartz/src/main/resources/org/quartz/impl/jdbcjobstore/tables_postgres.sql',
      'quartz/src/main/resources/org/quartz/impl/jdbcjobstore/tables_mysql_innodb.sql',
    ],
    version: '2.4.0',
  },
  trap: 'It needs isClustered = true. The other instances delete the row of one that died, so each scheduler is told as a whole. Times come from the hosts of the instances. Another tablePrefix than QRTZ_ needs another query.',
}
