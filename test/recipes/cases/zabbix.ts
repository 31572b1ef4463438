import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE ha_node(ha_nodeid varchar(25) NOT NULL, name varchar(255) DEFAULT '' NOT NULL,
  address varchar(255) DEFAULT '' NOT NULL, port integer DEFAULT '10051' NOT NULL, lastaccess integer DEFAULT '0' NOT NULL,
  status integer DEFAULT '0' NOT NULL, ha_sessionid varchar(25) DEFAULT '' NOT NULL, PRIMARY KEY (ha_nodeid));
  CREATE UNIQUE INDEX ha_node_1 ON ha_node (name); CREATE INDEX ha_node_2 ON ha_node (status, lastaccess)`
const ago = (seconds: number): string => `${Math.floor(Date.now() / 1_000) - seconds}`
/** Status 0 is standby, 1 stopped, 2 unavailable, 3 active. */
const node = (name: string, status: 0 | 1 | 2 | 3, seconds: number): string =>
  `INSERT INTO ha_node(ha_nodeid, name, status, lastaccess) VALUES ('id of ${name}', '${name}', ${status}, %AGO(${seconds})%)`

export const recipeCase: RecipeCase = {
  recipe: 'zabbix',
  ddl: { postgres: TABLE, mysql: TABLE },
  ago: { postgres: ago, mysql: ago },
  states: {
    fresh: {
      sql: [node('', 3, 5), node('standby', 0, 5), node('stopped', 1, 86_400)].join('; '),
      expected: { zabbix: 'ok', 'zabbix/standalone': 'ok', 'zabbix/standby': 'ok' },
    },
    quiet: {
      sql: [node('dead', 2, 7_200), node('heir', 3, 5), node('stopped', 1, 7_200)].join('; '),
      expected: { zabbix: 'ok', 'zabbix/dead': 'critical', 'zabbix/heir': 'ok' },
    },
    never: { sql: node('', 1, 5), expected: { zabbix: 'critical' } },
  },
}
