import type { RecipeCase } from './case.ts'

const table = (id: string, text: string): string =>
  `CREATE TABLE mdl_config_plugins(id ${id}, plugin VARCHAR(100) NOT NULL DEFAULT 'core',
  name VARCHAR(100) NOT NULL DEFAULT '', value ${text} NOT NULL, PRIMARY KEY (id));
  CREATE UNIQUE INDEX mdl_confplug_plunam_uix ON mdl_config_plugins (plugin, name)`
const ago = (seconds: number): string => `'${Math.floor(Date.now() / 1_000) - seconds}'`
const OTHERS = `INSERT INTO mdl_config_plugins(plugin, name, value) VALUES
  ('tool_task', 'lastcroninterval', '60'), ('tool_other', 'lastcronstart', %AGO(10)%)`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO mdl_config_plugins(plugin, name, value) VALUES ('tool_task', 'lastcronstart', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'moodle',
  ddl: {
    postgres: table('BIGSERIAL', 'TEXT'),
    mysql: table('BIGINT(10) NOT NULL AUTO_INCREMENT', 'LONGTEXT'),
  },
  ago: { postgres: ago, mysql: ago },
  states: {
    fresh: { sql: row('%AGO(70)%'), expected: { moodle: 'ok' } },
    quiet: { sql: row('%AGO(3600)%'), expected: { moodle: 'critical' } },
    never: { sql: OTHERS, expected: { moodle: 'critical' } },
  },
}
