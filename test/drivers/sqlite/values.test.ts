import { expect, test } from 'vitest'
import type { QueryOptions, QueryResult } from '../../../src/drivers/driver.ts'
import { BEATS, makeSqliteFolder } from '../../support/sqlite-folder.ts'
import { ask, faultOf, textsOf } from '../conformance.ts'

const { target, make } = makeSqliteFolder()
make('beats.db', BEATS).close()

const WRITERS = ['us', 'user'] as const

function query(sql: string, more: Partial<QueryOptions> & { readonly parameters?: readonly unknown[] } = {}) {
  const { parameters = [], ...options } = more
  return ask(
    target('beats.db'),
    ({ query }): Promise<QueryResult> => query(sql, parameters, { timeoutMs: 10_000, ...options }),
  )
}

test.each([
  ['an integer', '42', { text: '42', type: 'number', typeName: 'integer' }],
  ['a real', '1.5', { text: '1.5', type: 'number', typeName: 'real' }],
  ['text', "'2026-01-01'", { text: '2026-01-01', type: 'text', typeName: 'text' }],
  ['text with a zero character', "'x' || char(0) || 'y'", { text: 'x\0y', type: 'text', typeName: 'text' }],
  ['text that is not UTF-8', "CAST(x'63ff' AS TEXT)", { text: 'c\ufffd', type: 'text', typeName: 'text' }],
  ['NULL', 'NULL', { text: null, type: 'text', typeName: 'null' }],
  ['a blob that is text', "x'693a3432'", { text: 'i:42', type: 'text', typeName: 'blob' }],
  ['a blob with a control character', "x'693a3400'", { text: '', type: 'other', typeName: 'blob' }],
  ['a blob that is not UTF-8', "x'63ff'", { text: '', type: 'other', typeName: 'blob' }],
  ['an empty blob', "x''", { text: '', type: 'text', typeName: 'blob' }],
])('says what %s is', async (_, sql, value) => {
  const [ours, users] = [await query(`SELECT ${sql}`), await query(`SELECT ${sql}`, { writtenBy: 'user' })]
  expect(ours.rows).toEqual([[value]])
  expect(users).toEqual(ours)
})

test.each([
  ['text', "it's", "it's", 'text'],
  ['an integer', 42, '42', 'integer'],
  ['the largest safe integer', Number.MAX_SAFE_INTEGER, '9007199254740991', 'integer'],
  ['a number beyond it', 2 ** 60, '1152921504606847000', 'real'],
  ['a fraction', 1.5, '1.5', 'real'],
  ['true, which SQLite has not', true, '1', 'integer'],
  ['false', false, '0', 'integer'],
  ['null', null, null, 'null'],
])('binds %s', async (_, parameter, text, type) => {
  const parameters = [parameter, parameter]
  for (const writtenBy of WRITERS) {
    expect(textsOf(await query('SELECT ?, typeof(?)', { parameters, writtenBy }))).toEqual([text, type])
  }
})

test('finds a number in a column of texts', async () => {
  expect(textsOf(await query("SELECT k FROM beats WHERE CAST(v AS TEXT) = ? || ''", { parameters: [2] }))).toEqual([
    '"x"',
  ])
})

test.each([
  ['too few parameters', 'SELECT ?, ?', [1], 'the statement has 2 ? for parameters, and is given 1'],
  ['too many parameters', "SELECT '?', ? -- ?", [1, 2], 'the statement has 1 ? for parameters, and is given 2'],
  ['a parameter with a number', 'SELECT ?1', [1], 'the parameter ?1 has a name'],
  ['a parameter with a name', 'SELECT :name', [1], 'the parameter :name has a name'],
])('refuses %s', async (_, sql, parameters, message) => {
  expect(await faultOf(query(sql, { parameters }))).toMatchObject({ kind: 'failed', scope: 'check', message })
})

test('keeps columns of the same name apart, and in their order', async () => {
  const result = await query('SELECT 1 AS a, 2 AS a, 3 AS "2", 4 AS "1"')
  expect(result.columns).toEqual(['a', 'a', '2', '1'])
  expect(textsOf(result)).toEqual(['1', '2', '3', '4'])
})

test.each(WRITERS)('reads no more rows than are wanted, and one, of SQL written by %s', async (writtenBy) => {
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n'
  const { rows } = await query(endless, { maxRows: 3, writtenBy })
  expect(rows.map(([value]) => value?.text)).toEqual(['1', '2', '3', '4'])
})

test('asks on after it stopped in the middle of rows', async () => {
  const result = await ask(target('beats.db'), async ({ query }) => {
    await query('SELECT k FROM beats', [], { timeoutMs: 4_000, maxRows: 1 })
    return await query('SELECT count(*) FROM beats', [], { timeoutMs: 4_000, maxRows: 1 })
  })
  expect(textsOf(result)).toEqual(['3'])
})

test.each([
  ['one value', 'SELECT zeroblob(70000000)', 'us'],
  ['one value', 'SELECT hex(zeroblob(35000000))', 'user'],
  ['many values', 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n', 'us'],
  ['many values', 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n', 'user'],
] as const)('an answer that is too large, %s, is a fault: %s, written by %s', async (_, sql, writtenBy) => {
  expect(await faultOf(query(sql, { writtenBy, timeoutMs: 20_000 }))).toEqual({
    kind: 'failed',
    scope: 'check',
    message: 'the answer is larger than 64 MB',
    cure: 'look at the size of the value',
  })
})

test.each([
  ['a table', 'SELECT * FROM nowhere', 'no such table: nowhere', 'table'],
  ['a column', 'SELECT nought FROM beats', 'no such column: nought', 'column'],
  ['a column in quotes', 'SELECT "nought" FROM beats', expect.stringMatching(/^no such column: "?nought/), 'column'],
])('says that it does not know %s', async (_, sql, message, unknownName) => {
  for (const writtenBy of WRITERS) {
    expect(await faultOf(query(sql, { writtenBy }))).toEqual({ kind: 'failed', scope: 'check', message, unknownName })
  }
})

test('does not take a function for a name that is unknown', async () => {
  expect(await faultOf(query('SELECT nought(v) FROM beats'))).not.toHaveProperty('unknownName')
})
