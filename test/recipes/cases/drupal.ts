import type { RecipeCase } from './case.ts'

const table = (name: string, blob: string): string =>
  `CREATE TABLE key_value(collection ${name} NOT NULL DEFAULT '', name ${name} NOT NULL DEFAULT '',
  value ${blob} NOT NULL, PRIMARY KEY (collection, name))`
const ago = (seconds: number): string => `'i:${Math.floor(Date.now() / 1_000) - seconds};'`
const OTHERS = `INSERT INTO key_value(collection, name, value) VALUES
  ('state', 'install_time', %AGO(10)%), ('other', 'system.cron_last', %AGO(10)%)`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO key_value(collection, name, value) VALUES ('state', 'system.cron_last', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'drupal',
  ddl: {
    postgres: table('varchar(128)', 'bytea'),
    mysql: table('VARCHAR(128) CHARACTER SET ascii', 'LONGBLOB'),
    sqlite: table('VARCHAR(128)', 'BLOB'),
  },
  ago: { postgres: ago, mysql: ago, sqlite: (seconds) => `CAST(${ago(seconds)} AS BLOB)` },
  states: {
    fresh: { sql: row('%AGO(10800)%'), expected: { drupal: 'ok' } },
    quiet: { sql: row('%AGO(36000)%'), expected: { drupal: 'critical' } },
    never: { sql: OTHERS, expected: { drupal: 'critical' } },
  },
}
