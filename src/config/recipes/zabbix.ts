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
  isVerified: true,
  trap: "It is the HA manager that says so: the server's other processes may be stuck. Where the main process alone is killed, all others go on, this one, values and alerts as well, so that no table tells; what dies after that is not started again, and no other node takes over: let systemd watch it (Restart=on-failure). A node that was stopped in order is left out, and one that died stays critical until it is back or removed (ha_remove_node), even when another has taken over.",
}
