import type { RecipeCase } from './case.ts'

const table = (text: string, unsigned: string): string =>
  `CREATE TABLE oc_appconfig(appid VARCHAR(32) DEFAULT '' NOT NULL, configkey VARCHAR(64) DEFAULT '' NOT NULL,
  configvalue ${text}, type INTEGER ${unsigned} DEFAULT 2 NOT NULL, lazy SMALLINT ${unsigned} DEFAULT 0 NOT NULL,
  PRIMARY KEY(appid, configkey))`
const ago = (seconds: number): string => `'${Math.floor(Date.now() / 1_000) - seconds}'`
const OTHERS = `INSERT INTO oc_appconfig(appid, configkey, configvalue) VALUES
  ('core', 'lastupdatedat', %AGO(10)%), ('other', 'lastcron', %AGO(10)%), ('core', 'backgroundjobs_mode', 'cron')`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO oc_appconfig(appid, configkey, configvalue) VALUES ('core', 'lastcron', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'nextcloud',
  ddl: { postgres: table('TEXT', ''), mysql: table('LONGTEXT', 'UNSIGNED'), sqlite: table('CLOB', 'UNSIGNED') },
  ago: { postgres: ago, mysql: ago, sqlite: ago },
  states: {
    fresh: { sql: row('%AGO(300)%'), expected: { nextcloud: 'ok' } },
    quiet: { sql: row('%AGO(7200)%'), expected: { nextcloud: 'critical' } },
    never: { sql: OTHERS, expected: { nextcloud: 'critical' } },
  },
}
