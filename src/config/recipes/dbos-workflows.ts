import type { Recipe } from './recipe.ts'

/** A workflow of DBOS that is due and that nobody takes says that nobody works on its queue. */
export const recipe: Recipe = {
  name: 'dbos-workflows',
  title: 'Workflows that wait in the queues of DBOS',
  check: {
    rows: "SELECT queue_name AS name, MIN(CASE WHEN status = 'DELAYED' THEN delay_until_epoch_ms ELSE updated_at END) AS at FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'DELAYED') GROUP BY queue_name",
    expires: true,
    critical: '10m',
    missing: 'ok',
    vanished: 'closed',
    unit: 'ms',
  },
  databases: ['postgres'],
  grants: 'GRANT USAGE ON SCHEMA dbos TO watch; GRANT SELECT ON dbos.workflow_status TO watch',
  source: {
    repository: 'dbos-inc/dbos-transact-ts',
    files: ['src/sysdb_migrations/internal/migrations.ts', 'src/system_database.ts', 'src/wfqueue.ts'],
    version: '5.3.0',
  },
  trap: 'If no workflow waits, nothing is told, even if the program that enqueues them on a schedule is dead: watch dbos as well. Workflows also wait at a limit of their queue, and for ever if nobody runs their application_version. Workflows that a dead executor had begun stay PENDING and are not looked at. Another schema than dbos needs another query.',
}
