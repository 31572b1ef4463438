import type { RecipeCase } from './case.ts'

const tables = (uid: string, unsigned: string, blob: string): string =>
  `CREATE TABLE tx_scheduler_task(uid ${uid}, disable SMALLINT ${unsigned} DEFAULT 0 NOT NULL,
    deleted SMALLINT ${unsigned} DEFAULT 0 NOT NULL, task_group INTEGER ${unsigned} DEFAULT 0 NOT NULL,
    nextexecution BIGINT DEFAULT 0 NOT NULL, lastexecution_time BIGINT DEFAULT 0 NOT NULL, serialized_executions ${blob});
  CREATE INDEX index_nextexecution ON tx_scheduler_task (nextexecution);
  CREATE TABLE tx_scheduler_task_group(uid ${uid}, deleted SMALLINT ${unsigned} DEFAULT 0 NOT NULL,
    hidden SMALLINT ${unsigned} DEFAULT 0 NOT NULL)`
const ago = (seconds: number): string => `${Math.floor(Date.now() / 1_000) - seconds}`
/** Tasks that never come: ended, disabled, deleted, and of a hidden group. */
const OTHERS = `INSERT INTO tx_scheduler_task_group(uid, hidden) VALUES (1, 0), (2, 1);
  INSERT INTO tx_scheduler_task(disable, deleted, task_group, nextexecution) VALUES
  (0, 0, 0, 0), (1, 0, 0, %AGO(86400)%), (0, 1, 0, %AGO(86400)%), (0, 0, 2, %AGO(86400)%)`
const tasks = (first: string, second: string): string =>
  `${OTHERS}; INSERT INTO tx_scheduler_task(task_group, nextexecution) VALUES (0, ${first}), (1, ${second})`

export const recipeCase: RecipeCase = {
  recipe: 'typo3-tasks',
  ddl: {
    postgres: tables('SERIAL PRIMARY KEY', '', 'BYTEA'),
    mysql: tables('INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY', 'UNSIGNED', 'MEDIUMBLOB'),
    sqlite: tables('INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL', 'UNSIGNED', 'BLOB'),
  },
  ago: { postgres: ago, mysql: ago, sqlite: ago },
  states: {
    fresh: { sql: tasks('%AGO(600)%', '%AGO(-86400)%'), expected: { 'typo3-tasks': 'ok' } },
    quiet: { sql: tasks('%AGO(-86400)%', '%AGO(7200)%'), expected: { 'typo3-tasks': 'critical' } },
    never: { sql: OTHERS, expected: { 'typo3-tasks': 'unknown' } },
  },
}
