import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BEATS, makeSqliteFolder } from '../../support/sqlite-folder.ts'
import { ask, faultOf, textsOf } from '../conformance.ts'

const { dir, target, make } = makeSqliteFolder()
make('plain.db', BEATS).close()
make('wal.db', `PRAGMA journal_mode=WAL; ${BEATS}`).close()

/** Each file there is, with what is in it; what a reader of a write-ahead log needs beside it is no harm. */
function everything(): readonly string[] {
  return readdirSync(dir)
    .filter((name) => !/-(wal|shm)$/.test(name))
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(dir, name)))
          .digest('hex')}`,
    )
    .sort()
}

const before = everything()

const NOT_READING = /^only SELECT, WITH and VALUES are asked, and the statement begins with /
const WOULD_WRITE = /^the statement would write/
const SEVERAL = /^there is more than one statement$/

describe.each(['plain.db', 'wal.db'])('in %s a user', (name) => {
  test.each([
    ['attach a database', `ATTACH '${dir}/new.db' AS other`, NOT_READING],
    ['attach one that is there', `ATTACH '${dir}/plain.db' AS other`, NOT_READING],
    ['copy the database', `VACUUM INTO '${dir}/copy.db'`, NOT_READING],
    ['vacuum', 'VACUUM', NOT_READING],
    ['change the journal to a log', 'PRAGMA journal_mode=WAL', NOT_READING],
    ['change the journal back', '/* hi */ pragma journal_mode=DELETE', NOT_READING],
    ['write back the log', 'PRAGMA wal_checkpoint(TRUNCATE)', NOT_READING],
    ['set the version', 'PRAGMA user_version=7', NOT_READING],
    ['delete', 'DELETE FROM beats', NOT_READING],
    ['insert and read', "INSERT INTO beats VALUES ('new', 1) RETURNING k", NOT_READING],
    ['update and read', 'UPDATE beats SET v = 2 RETURNING k', NOT_READING],
    ['delete and read', 'DELETE FROM beats RETURNING k', NOT_READING],
    ['delete behind a WITH', 'WITH x AS (SELECT 1) DELETE FROM beats RETURNING k', WOULD_WRITE],
    [
      'insert behind a WITH',
      "WITH x AS (SELECT 'new' AS k) INSERT INTO beats SELECT k, 1 FROM x RETURNING k",
      WOULD_WRITE,
    ],
    ['replace behind a WITH', 'WITH x AS (SELECT 1) REPLACE INTO beats SELECT k, 1 FROM beats', /^the statement /],
    ['make a table', 'CREATE TABLE t (a)', NOT_READING],
    ['make a table for a time', 'CREATE TEMP TABLE t (a)', NOT_READING],
    ['begin a transaction', 'BEGIN IMMEDIATE', NOT_READING],
    ['ask how it is asked', 'EXPLAIN SELECT 1', NOT_READING],
    ['load an extension', "SELECT load_extension('/tmp/x.so')", /^not authorized$/],
    ['write a file', `SELECT writefile('${dir}/x', 'y')`, /^no such function: writefile$/],
    ['ask twice', 'SELECT 1; SELECT 2', SEVERAL],
    ['hide a second statement', "SELECT ';' /* ; */; -- ;\n DELETE FROM beats", SEVERAL],
    ['ask nothing', ' -- nothing\n ; ', /^there is no statement$/],
  ])('may not %s', async (_, sql, message) => {
    for (const writtenBy of ['us', 'user'] as const) {
      const fault = await faultOf(ask(target(name), ({ query }) => query(sql, [], { timeoutMs: 10_000, writtenBy })))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'check', message: expect.stringMatching(message) })
    }
    expect(everything()).toEqual(before)
  })

  test.each([
    ['a SELECT that ends', "SELECT count(*) FROM beats WHERE k <> ';' ; -- that is all;", '3'],
    ['a comment, then WITH', '/* ; */ WITH x(a) AS (SELECT 5) SELECT a FROM x', '5'],
    ['VALUES', 'VALUES (6)', '6'],
    ['names in all quotes', 'SELECT count("k") + count(`k`) + count([k]) FROM "beats"', '9'],
    ['a quote in a text', "SELECT 'it''s ? ; :x'", "it's ? ; :x"],
    ['a pragma as a table', 'SELECT user_version FROM pragma_user_version', '0'],
    ['JSON', `SELECT '{"a":7}' ->> '$.a'`, '7'],
    ['a comment that has no end', 'SELECT 8 /* and so on ;', '8'],
  ])('may ask with %s', async (_, sql, text) => {
    const result = await ask(target(name), ({ query }) => query(sql, [], { timeoutMs: 10_000, writtenBy: 'user' }))
    expect(textsOf(result)).toEqual([text])
  })
})

test('says how a pragma can be asked', async () => {
  expect(await faultOf(ask(target('plain.db'), 'PRAGMA user_version'))).toMatchObject({
    cure: 'write SELECT * FROM pragma_NAME',
  })
})
