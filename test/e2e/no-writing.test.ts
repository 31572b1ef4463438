import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const TABLE = "CREATE TABLE beats (k varchar(20) PRIMARY KEY, v bigint); INSERT INTO beats VALUES ('a', 1), ('b', 2)"
const UNTOUCHED = 'a1,b2'

/** A statement that writes, and what its check says; the one behind it in the list is asked behind it. */
type Case = readonly [statement: string, says: unknown]

/** Has all of them asked in one run, with a check of the table before and behind them. */
async function expectRefusals(scene: WatchingScene, cases: readonly Case[], databases?: object): Promise<void> {
  const queries = cases.map(([query], i) => [`x${i}`, { query, measure: 'number', critical: 10 }] as const)
  const sum = { query: 'SELECT sum(v) FROM beats', measure: 'number', critical: 10 }
  const key = { table: 'beats', key_column: 'k', value_column: 'v', key: 'b', measure: 'number', critical: 10 }
  const checks = { before: sum, ...Object.fromEntries(queries), behind: { ...sum, warning: 10 }, key }
  scene.watch(checks, databases === undefined ? {} : { databases })
  const { before, behind, key: ofKey, ...judged } = await scene.judged()
  const found = cases.map(([statement], i) => [statement, judged[`x${i}`]])
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(cases))
  expect([before, behind, ofKey]).toEqual(['ok: 3 (limit 10)', 'ok: 3 (limit 10)', 'ok: 2 (limit 10)'])
}

const more = (word: string): string => `unknown: the statement does more than read (it begins with "${word}")`

const readOnly = (what: string): string => `unknown: cannot execute ${what} in a read-only transaction`

describe.skipIf(postgresBinaries() === undefined)(`PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
    await server.query(`${TABLE}; CREATE SEQUENCE counter;
      CREATE PROCEDURE write() LANGUAGE sql AS 'DELETE FROM beats';
      CREATE FUNCTION erase() RETURNS bigint LANGUAGE sql AS 'DELETE FROM beats RETURNING v'`)
  })
  afterAll(() => server?.remove())

  test('a superuser’s query writes nothing, and the others are judged all the same', async () => {
    const scene = await makeWatchingScene()
    const out = join(server.dir, 'out')
    await expectRefusals(
      scene,
      [
        ["INSERT INTO beats VALUES ('c', 3)", readOnly('INSERT')],
        ['UPDATE beats SET v = 9', readOnly('UPDATE')],
        ['DELETE FROM beats RETURNING v', readOnly('DELETE')],
        ['WITH gone AS (DELETE FROM beats RETURNING v) SELECT max(v) FROM gone', readOnly('SELECT')],
        ['TRUNCATE beats', readOnly('TRUNCATE TABLE')],
        ['DROP TABLE beats', readOnly('DROP TABLE')],
        ['ALTER TABLE beats ADD w int', readOnly('ALTER TABLE')],
        ['CREATE TABLE more (a int)', readOnly('CREATE TABLE')],
        ['CREATE TEMPORARY TABLE more (a int)', readOnly('CREATE TABLE')],
        ['SELECT v INTO more FROM beats', readOnly('SELECT INTO')],
        ['SELECT v FROM beats LIMIT 1 FOR UPDATE', readOnly('SELECT FOR UPDATE')],
        ['LOCK TABLE beats IN EXCLUSIVE MODE', more('LOCK')],
        ["SELECT nextval('counter')", readOnly('nextval()')],
        ["SELECT setval('counter', 7)", readOnly('setval()')],
        ['SELECT erase()', readOnly('DELETE')],
        ['EXPLAIN ANALYZE DELETE FROM beats', readOnly('DELETE')],
        ['CALL write()', more('CALL')],
        ['DO $$ BEGIN DELETE FROM beats; COMMIT; END $$', more('DO')],
        [`COPY (SELECT 1) TO PROGRAM 'touch ${out}1'`, more('COPY')],
        [`COPY beats TO '${out}2'`, more('COPY')],
        [`/* a /* b */ */ -- c\n; copy beats TO '${out}3'`, more('COPY')],
        [`DO $$ BEGIN EXECUTE 'COPY beats TO ''${out}4'''; END $$`, more('DO')],
        ["COPY beats FROM PROGRAM 'echo 4'", more('COPY')],
        ['VACUUM beats', more('VACUUM')],
        ['ALTER SYSTEM SET work_mem = 64', 'unknown: ALTER SYSTEM cannot run inside a transaction block'],
        ['CREATE DATABASE more', readOnly('CREATE DATABASE')],
        ['SELECT 1; DELETE FROM beats', 'unknown: cannot insert multiple commands into a prepared statement'],
        ['SET TRANSACTION READ WRITE', more('SET')],
        [
          "SELECT set_config('transaction_read_only', 'off', false)",
          'unknown: transaction read-write mode must be set before any query',
        ],
        ['SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE', more('SET')],
        ['INSERT INTO beats SELECT 4', readOnly('INSERT')],
        ['COMMIT', more('COMMIT')],
        ["INSERT INTO beats VALUES ('d', 4)", readOnly('INSERT')],
        ['ROLLBACK', more('ROLLBACK')],
        ["INSERT INTO beats VALUES ('e', 4)", readOnly('INSERT')],
        ['COMMIT AND CHAIN', more('COMMIT')],
        ["INSERT INTO beats VALUES ('f', 4)", readOnly('INSERT')],
        ['BEGIN READ WRITE', more('BEGIN')],
        ["INSERT INTO beats VALUES ('g', 4)", readOnly('INSERT')],
        ["PREPARE TRANSACTION 'x'", more('PREPARE')],
        ["INSERT INTO beats VALUES ('h', 4)", readOnly('INSERT')],
      ],
      { app: server.url },
    )
    const is = "SELECT string_agg(k || v, ',' ORDER BY k) FROM beats"
    expect(await server.query(is)).toBe(UNTOUCHED)
    expect(await server.query('SELECT is_called FROM counter')).toBe('f')
    expect([1, 2, 3, 4].filter((i) => existsSync(`${out}${i}`))).toEqual([])
  })
})

/** MariaDB's words, and what is left of a statement that did nothing. */
const READ_ONLY = 'unknown: Cannot execute statement in a READ ONLY transaction'
const NOTHING = 'unknown: the query brings 0 columns'

describe.skipIf(mariadbBinaries() === undefined)(`MariaDB (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  beforeAll(async () => {
    server = await startMariadb()
    await server.query('CREATE DATABASE mail')
    await server.query(
      `${TABLE}; CREATE TABLE old (a int) ENGINE = MyISAM; CREATE TABLE older (a int) ENGINE = Aria; CREATE SEQUENCE counter;
       CREATE PROCEDURE erase() DELETE FROM beats; CREATE USER owner@'%'; GRANT ALL ON *.* TO owner@'%'`,
      'mail',
    )
    await server.query(
      'DELIMITER //\nCREATE FUNCTION wipe() RETURNS int BEGIN DELETE FROM beats; RETURN 1; END//',
      'mail',
    )
  })
  afterAll(() => server?.remove())

  test('the query of one who may write writes nothing, and the others are judged all the same', async () => {
    const scene = await makeWatchingScene()
    const out = join(server.dir, 'out')
    await expectRefusals(
      scene,
      [
        ["INSERT INTO beats VALUES ('c', 3)", READ_ONLY],
        ['INSERT INTO old VALUES (1)', READ_ONLY],
        ['INSERT INTO older VALUES (1)', READ_ONLY],
        ["INSERT INTO beats VALUES ('c', 3) RETURNING v", READ_ONLY],
        ["REPLACE INTO beats VALUES ('a', 3)", READ_ONLY],
        ['UPDATE beats SET v = 9', READ_ONLY],
        ['DELETE FROM beats RETURNING v', READ_ONLY],
        ['TRUNCATE TABLE beats', READ_ONLY],
        ['DROP TABLE beats', READ_ONLY],
        ['ALTER TABLE beats ADD w int', READ_ONLY],
        ['CREATE TABLE more (a int)', READ_ONLY],
        ['CREATE TABLE more SELECT * FROM beats', READ_ONLY],
        ['CREATE DATABASE more', more('CREATE')],
        ['RENAME TABLE beats TO more', more('RENAME')],
        [`SELECT v FROM beats INTO OUTFILE '${out}1'`, 'unknown: the statement writes a file'],
        [`SELECT v FROM beats LIMIT 1 INTO DUMPFILE '${out}2'`, 'unknown: the statement writes a file'],
        ['SELECT v FROM beats LIMIT 1 INTO @x', NOTHING],
        ['SELECT v FROM beats LIMIT 1 FOR UPDATE', READ_ONLY],
        ['SELECT NEXT VALUE FOR counter', READ_ONLY],
        ['SELECT nextval(counter)', READ_ONLY],
        ['SELECT setval(counter, 7)', READ_ONLY],
        ['SELECT wipe()', READ_ONLY],
        ["LOAD DATA INFILE '/etc/passwd' INTO TABLE beats", more('LOAD')],
        ["LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE beats", more('LOAD')],
        ['CALL erase()', more('CALL')],
        ['DO wipe()', more('DO')],
        ['EXPLAIN EXTENDED DELETE FROM beats', READ_ONLY],
        ['ANALYZE DELETE FROM beats', more('ANALYZE')],
        ['BEGIN NOT ATOMIC COMMIT; DELETE FROM beats; END', more('BEGIN')],
        ["EXECUTE IMMEDIATE 'DELETE FROM beats'", more('EXECUTE')],
        ['/*! DELETE FROM beats */', 'unknown: the statement does more than read'],
        ['LOCK TABLES beats WRITE', more('LOCK')],
        ['SET GLOBAL read_only = 1', more('SET')],
        ['SET SESSION TRANSACTION READ WRITE', NOTHING],
        ["INSERT INTO beats VALUES ('d', 4)", READ_ONLY],
        ['COMMIT', NOTHING],
        ["INSERT INTO beats VALUES ('e', 4)", READ_ONLY],
        ['ROLLBACK', NOTHING],
        ["INSERT INTO beats VALUES ('f', 4)", READ_ONLY],
        ['START TRANSACTION READ WRITE', NOTHING],
        ["INSERT INTO beats VALUES ('g', 4)", READ_ONLY],
        [
          'SELECT 1; DELETE FROM beats',
          expect.stringMatching(
            /^unknown: You have an error in your SQL syntax; .* near 'DELETE FROM beats' at line 1$/,
          ),
        ],
      ],
      { app: `mysql://owner@127.0.0.1:${server.port}/mail` },
    )
    const is = 'SELECT group_concat(k, v ORDER BY k) FROM beats'
    expect(await server.query(is, 'mail')).toBe(UNTOUCHED)
    expect(await server.query('SELECT next_not_cached_value FROM counter', 'mail')).toBe('1')
    expect([1, 2].filter((i) => existsSync(`${out}${i}`))).toEqual([])
  })
})

const notReading = (word: string): string =>
  `unknown: only SELECT, WITH and VALUES are asked, and the statement begins with ${word}`

test('in SQLite the query of the file’s owner writes nothing, and the others are judged all the same', async () => {
  const scene = await makeWatchingScene(TABLE)
  const out = join(scene.state, '..', 'out')
  await expectRefusals(scene, [
    ["INSERT INTO beats VALUES ('c', 3)", notReading('INSERT')],
    ['UPDATE beats SET v = 9', notReading('UPDATE')],
    ['DELETE FROM beats RETURNING v', notReading('DELETE')],
    [
      'WITH x AS (SELECT 1) DELETE FROM beats RETURNING v',
      'unknown: the statement would write, and a database that is watched is never written to',
    ],
    [
      "WITH x AS (SELECT 1) INSERT INTO beats VALUES ('c', 3) RETURNING v",
      'unknown: the statement would write, and a database that is watched is never written to',
    ],
    ['WITH x AS (SELECT 1) UPDATE beats SET v = 9', 'unknown: the statement brings no rows'],
    ["REPLACE INTO beats VALUES ('a', 3)", notReading('REPLACE')],
    ['DROP TABLE beats', notReading('DROP')],
    ['ALTER TABLE beats ADD w', notReading('ALTER')],
    ['CREATE TABLE more (a)', notReading('CREATE')],
    ['CREATE TEMPORARY TABLE more (a)', notReading('CREATE')],
    ['SELECT v INTO more FROM beats', 'unknown: near "INTO": syntax error'],
    ['SELECT v FROM beats LIMIT 1 FOR UPDATE', 'unknown: near "FOR": syntax error'],
    [`VACUUM INTO '${out}'`, notReading('VACUUM')],
    [`ATTACH '${out}' AS out`, notReading('ATTACH')],
    ['PRAGMA user_version = 7', notReading('PRAGMA')],
    ['SELECT * FROM pragma_user_version(7)', 'unknown: too many arguments on pragma_user_version() - max 0'],
    ['SELECT 1; DELETE FROM beats', 'unknown: there is more than one statement'],
    ['BEGIN IMMEDIATE', notReading('BEGIN')],
    ["INSERT INTO beats VALUES ('d', 4)", notReading('INSERT')],
    ['COMMIT', notReading('COMMIT')],
    ["INSERT INTO beats VALUES ('e', 4)", notReading('INSERT')],
    ['REINDEX', notReading('REINDEX')],
    ['ANALYZE', notReading('ANALYZE')],
  ])
  const is = "SELECT group_concat(k || v, ',') AS beats FROM (SELECT * FROM beats ORDER BY k)"
  expect(scene.database.prepare(is).get()).toEqual({ beats: UNTOUCHED })
  expect(existsSync(out)).toBe(false)
})
