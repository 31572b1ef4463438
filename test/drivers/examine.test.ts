import { expect, test } from 'vitest'
import { whyNotAsked } from '../../src/drivers/examine.ts'

const why = (driver: 'postgres' | 'mysql' | 'sqlite', sql: string): string | undefined =>
  whyNotAsked({ driver }, { sql, parameters: [] })

test.each([
  ['a DELETE', 'delete from jobs', '"DELETE"'],
  ['an UPDATE behind a remark', '-- now\nUPDATE jobs SET a = 1', '"UPDATE"'],
  ['an INSERT that brings something', 'INSERT INTO jobs VALUES (1) RETURNING a', '"INSERT"'],
  ['a procedure', 'CALL clean()', '"CALL"'],
])('%s does more than read', (_, sql, word) => {
  expect(why('postgres', sql)).toBe(`the statement does more than read (it begins with ${word}); write a SELECT`)
  expect(why('mysql', sql)).toBe(`the statement does more than read (it begins with ${word}); write a SELECT`)
  expect(why('sqlite', sql)).toMatch(/would write|does more than read|only SELECT, WITH and VALUES are asked/)
})

test.each([
  ['a WITH that deletes', 'WITH gone AS (DELETE FROM jobs RETURNING a) SELECT max(a) FROM gone', 'DELETE'],
  ['a WITH that updates in the end', 'WITH x AS (SELECT 1) UPDATE jobs SET a = 1', 'UPDATE'],
  ['a WITH that inserts in the end', 'WITH x AS (SELECT 1) INSERT INTO jobs SELECT * FROM x', 'INSERT'],
])('%s does more than read', (_, sql, word) => {
  for (const driver of ['postgres', 'mysql', 'sqlite'] as const) {
    expect(why(driver, sql)).toBe(`the statement does more than read (it has ${word} in it); write a SELECT`)
  }
})

test.each([
  ['EXPLAIN ANALYZE DELETE FROM jobs', 'DELETE'],
  ['-- why\nexplain analyse verbose update jobs set a = 1', 'UPDATE'],
  ['EXPLAIN (ANALYZE, BUFFERS) INSERT INTO jobs VALUES (1)', 'INSERT'],
  ['EXPLAIN ANALYZE FORMAT=JSON DELETE FROM `jobs`', 'DELETE'],
  ['EXPLAIN ANALYZE CREATE TABLE more AS SELECT 1', 'CREATE'],
])('what EXPLAIN carries out does more than read: %s', (sql, word) => {
  for (const driver of ['postgres', 'mysql'] as const) {
    expect(why(driver, sql)).toBe(`the statement does more than read (it has ${word} in it); write a SELECT`)
  }
})

test.each([
  ['a SELECT that makes a table', 'SELECT a INTO more FROM jobs', 'INTO'],
  ['a SELECT that locks', 'SELECT a FROM jobs FOR NO KEY UPDATE', 'UPDATE'],
  ['a SELECT that shares a lock', 'SELECT a FROM jobs FOR SHARE', 'SHARE'],
])('%s does more than read in PostgreSQL', (_, sql, word) => {
  expect(why('postgres', sql)).toBe(`the statement does more than read (it has ${word} in it); write a SELECT`)
})

test.each([
  ['a misspelt SELECT', 'SELCT max(at) FROM jobs', '"SELCT", which is no word that reads; write SELECT'],
  ['a word of nobody', 'frobnicate jobs', '"FROBNICATE", which is no word that reads; write a SELECT'],
])('%s is not called writing', (_, sql, words) => {
  expect(why('postgres', sql)).toBe(`the statement begins with ${words}`)
  expect(why('mysql', sql)).toBe(`the statement begins with ${words}`)
})

test.each([
  ['a SELECT', 'SELECT max(at) FROM jobs'],
  ['a word in a string', "SELECT max(at) FROM jobs WHERE kind = '(delete from x)'"],
  ['a word in a name', 'SELECT max(update_at) FROM deletes WHERE ("insert into" IS NULL)'],
  ['a word in a remark', 'SELECT max(at) /* (DELETE FROM x) */ FROM jobs -- FOR UPDATE'],
  ['functions that are called so', "SELECT replace(a, 'b', 'c') FROM jobs WHERE (insert(a, 1, 1, 'b') IS NULL)"],
  ['a string in dollars', 'SELECT max(at) FROM jobs WHERE kind = $x$(delete from x)$x$'],
  ['a plan', 'EXPLAIN DELETE FROM jobs'],
  ['a plan that is carried out', "EXPLAIN ANALYZE SELECT max(at) FROM jobs WHERE kind = 'delete from x'"],
  ['brackets around it', '(SELECT max(at) FROM jobs)'],
  ['a part of a time', 'SELECT substring(kind FROM 1 FOR 3) FROM jobs'],
])('%s only reads', (_, sql) => {
  expect(why('postgres', sql)).toBeUndefined()
  expect(why('mysql', sql)).toBeUndefined()
})

test.each([
  ['postgres', String.raw`SELECT max(at) FROM jobs WHERE path = 'C:\' OR note = '(delete from x)'`],
  ['postgres', String.raw`SELECT max(at) FROM jobs WHERE note = E'it\'s (delete from x)'`],
  ['sqlite', String.raw`SELECT max(at) FROM jobs WHERE path = 'C:\' OR note = '(delete from x)'`],
  ['mysql', String.raw`SELECT max(at) FROM jobs WHERE note = 'it\'s (delete from x)'`],
] as const)('in %s a backslash in a string is what it is there: %s', (driver, sql) =>
  expect(why(driver, sql)).toBeUndefined(),
)

test('of SQLite the parameters are counted as well', () => {
  expect(why('sqlite', 'SELECT ?')).toBe(
    'the statement has 1 ? for parameters, and is given 0; write a ? for each parameter',
  )
})
