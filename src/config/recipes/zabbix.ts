import type { Recipe } from './recipe.ts'

/** Each Zabbix server, alone or in a cluster, says every five seconds that it is there. */
export const recipe: Recipe = {
  name: 'zabbix',
  title: "Zabbix's server nodes",
  check: {
    rows: "SELECT CASE WHEN name = '' THEN 'standalone' ELSE name END AS name, lastaccess AS at FROM ha_node WHERE status <> 1",
    warning: '30s',
    critical: '1m',
    missing: 'critical',
    vanished: 'closed',
    unit: 's',
  },
  databases: ['postgres', 'mysql'],
  source: {
    repository: 'zabbix/zabbix',
    files: ['src/zabbix_server/ha/ha_manager.c', 'include/zbxha.h', 'database/postgresql/schema.sql'],
    version: '6.0.14',
  },
  trap: 'The HA manager writes it; other processes of the server may be stuck. If only the main process is killed, all other processes go on, including the HA manager, values and alerts. So no table shows it. What dies after that is not started again, and no other node takes over: let systemd watch it (Restart=on-failure). A node that was stopped normally is left out. A node that died stays critical until it is back or removed (ha_remove_node), even when another has taken over.',
}
