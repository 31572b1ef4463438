import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE oc_appconfig(appid varchar(32) NOT NULL DEFAULT '', configkey varchar(64) NOT NULL DEFAULT '',
  configvalue text, type int NOT NULL DEFAULT 2, lazy smallint NOT NULL DEFAULT 0, PRIMARY KEY (appid, configkey))`
const ago = (seconds: number): string => `'${Math.floor(Date.now() / 1_000) - seconds}'`
const row = (value: string): string =>
  `INSERT INTO oc_appconfig(appid, configkey, configvalue) VALUES ('core', 'lastcron', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'nextcloud',
  ddl: { postgres: TABLE, mysql: TABLE, sqlite: TABLE },
  ago: { postgres: ago, mysql: ago, sqlite: ago },
  states: {
    fresh: { sql: row('%AGO(300)%'), expected: { nextcloud: 'ok' } },
    quiet: { sql: row('%AGO(7200)%'), expected: { nextcloud: 'critical' } },
    never: { sql: row("''"), expected: { nextcloud: 'critical' } },
  },
}
