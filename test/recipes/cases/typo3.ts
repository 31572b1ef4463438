import type { RecipeCase } from './case.ts'

const table = (uid: string, blob: string): string =>
  `CREATE TABLE sys_registry(uid ${uid}, entry_namespace VARCHAR(128) DEFAULT '' NOT NULL,
  entry_key VARCHAR(128) DEFAULT '' NOT NULL, entry_value ${blob}, UNIQUE (entry_namespace, entry_key))`
const at = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds
/** As PHP's serialize() writes the run's beginning, its end and its kind. */
const ago = (seconds: number): string =>
  `'a:3:{s:5:"start";i:${at(seconds + 86_400)};s:3:"end";i:${at(seconds)};s:4:"type";s:4:"cron";}'`
const OTHERS = `INSERT INTO sys_registry(entry_namespace, entry_key, entry_value) VALUES
  ('other', 'lastRun', %AGO(10)%), ('tx_scheduler', 'other', %AGO(10)%)`
const row = (value: string): string =>
  `${OTHERS}; INSERT INTO sys_registry(entry_namespace, entry_key, entry_value) VALUES ('tx_scheduler', 'lastRun', ${value})`

export const recipeCase: RecipeCase = {
  recipe: 'typo3',
  ddl: {
    postgres: table('SERIAL PRIMARY KEY', 'BYTEA'),
    mysql: table('INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY', 'MEDIUMBLOB'),
    sqlite: table('INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL', 'BLOB'),
  },
  ago: { postgres: ago, mysql: ago, sqlite: (seconds) => `CAST(${ago(seconds)} AS BLOB)` },
  states: {
    fresh: { sql: row('%AGO(900)%'), expected: { typo3: 'ok' } },
    quiet: { sql: row('%AGO(7200)%'), expected: { typo3: 'critical' } },
    never: { sql: OTHERS, expected: { typo3: 'critical' } },
  },
}
