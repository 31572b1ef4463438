import { expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { upTo } from '../../../src/core/judge/range.ts'
import { load, problemsOf, withCheck, writeFiles } from '../read/written.ts'

const QUERY = 'database: mail, query: SELECT 1'
const ROWS = 'database: mail, rows: SELECT 1'
const KEY = 'database: mail, key: k'
const INFINITY = Number.POSITIVE_INFINITY

async function checkOf(entry: string, env: Readonly<Record<string, string>> = {}): Promise<Check | undefined> {
  const { checks } = await load(writeFiles({ 'a.yaml': withCheck(`{ ${entry} }`) }), env)
  return checks[0]?.check
}

test.each<[string, string, object]>([
  [
    'a query',
    `${QUERY}, critical: 10m`,
    { source: 'mail', look: { kind: 'query', sql: 'SELECT 1', parameters: [], rows: 'one' }, measure: 'age' },
  ],
  [
    'many rows',
    `${ROWS}, critical: 10m`,
    {
      source: 'mail',
      look: { kind: 'query', sql: 'SELECT 1', parameters: [], rows: 'many' },
      many: { judge: 'each', vanished: 'unknown', expect: [], minRows: 0, maxRows: 10_000 },
    },
  ],
  [
    'all that is said of many rows',
    `${ROWS}, judge: any, vanished: closed, expect: [a, b, a], min_rows: 2, max_rows: "5"`,
    { many: { judge: 'any', vanished: 'closed', expect: ['a', 'b'], minRows: 2, maxRows: 5 } },
  ],
  ['one name that is expected', `${ROWS}, expect: a`, { many: { expect: ['a'] } }],
  [
    'parameters',
    `${QUERY}, critical: 1m, params: [a, 1, 1.5, true, null]`,
    { look: { parameters: ['a', 1, 1.5, true, null] } },
  ],
  ['one parameter', `${QUERY}, critical: 1m, params: a`, { look: { parameters: ['a'] } }],
  [
    'keys with a star',
    'database: mail, key: "last_*", critical: 1m',
    { look: { key: 'last_*', rows: 'many' }, many: { judge: 'each' } },
  ],
  [
    'a star that is meant',
    String.raw`database: mail, key: 'last\*', critical: 1m`,
    { look: { key: 'last*', rows: 'one' } },
  ],
  [
    'a backslash without a star',
    String.raw`database: mail, key: 'a\\b', critical: 1m`,
    { look: { key: String.raw`a\\b` } },
  ],
  [
    'a place in a value',
    `${KEY}, critical: 1m, json: "$.a", pattern: 'x=(\\d+)'`,
    { json: '$.a', pattern: String.raw`x=(\d+)` },
  ],
  [
    'an amount',
    `${KEY}, measure: number, warning: 5, critical: "~:10"`,
    {
      measure: 'amount',
      warning: { from: 0, to: 5, alerts: 'outside' },
      critical: { from: -INFINITY, to: 10, alerts: 'outside' },
    },
  ],
  [
    'an age in a range',
    `${KEY}, critical: "1m:1h"`,
    { measure: 'age', critical: { from: 60, to: 3_600, alerts: 'outside' } },
  ],
  ['a deadline', `${KEY}, expires: true`, { measure: 'overdue', critical: upTo(0) }],
  ['a deadline with a warning', `${KEY}, expires: "true", warning: 1h`, { measure: 'overdue', warning: upTo(3_600) }],
  ['what expires not', `${KEY}, expires: false, critical: 1m`, { measure: 'age' }],
])('reads %s', async (_, entry, check) => expect(await checkOf(entry)).toMatchObject(check))

test('a limit of defaults is one of ages alone', async () => {
  const entries = [`a: { ${KEY} }`, `b: { ${KEY}, expires: true }`, `c: { ${KEY}, measure: number, warning: 5 }`]
  const text = `databases: { mail: x }\ndefaults: { critical: 10m }\nchecks:\n  ${entries.join('\n  ')}\n`
  const { checks } = await load(writeFiles({ 'a.yaml': text }))
  expect(checks.map(({ check }) => check.critical)).toEqual([upTo(600), upTo(0), undefined])
})

test.each<[string, string, readonly string[]]>([
  [
    'no place',
    'database: mail, critical: 1m',
    [': does not say what to look at; write key: last_alive, query: SELECT …, rows: SELECT … or job: backup'],
  ],
  ['a key and a query', `${KEY}, query: SELECT 1, critical: 1m`, ['.query: stands beside key; remove one of them']],
  ['a key and rows', `${KEY}, rows: SELECT 1, critical: 1m`, ['.rows: stands beside key; remove one of them']],
  ['a query and rows', `${QUERY}, rows: SELECT 1, critical: 1m`, ['.rows: stands beside query; remove one of them']],
  ['an empty query', 'database: mail, query: " ", critical: 1m', ['.query: is empty; write SELECT …']],
  ['params of a key', `${KEY}, params: [1], critical: 1m`, ['.params: goes with query or rows; leave it out']],
  [
    'a parameter that is a list',
    `${QUERY}, params: [[1]], critical: 1m`,
    ['.params[0]: is neither text nor a number; write one of them'],
  ],
  ['a table of a query', `${QUERY}, table: t, critical: 1m`, ['.table: goes with key; leave it out']],
  [
    'columns of rows',
    `${ROWS}, key_column: a, value_column: b`,
    ['.key_column: goes with key; leave it out', '.value_column: goes with key; leave it out'],
  ],
  [
    'what is meant for many rows',
    `${QUERY}, judge: any, vanished: closed, critical: 1m`,
    [
      '.judge: goes with many rows: rows, or a key with a * in it; leave it out',
      '.vanished: goes with many rows: rows, or a key with a * in it; leave it out',
    ],
  ],
  [
    'names expected of one key',
    String.raw`database: mail, key: 'a\*', expect: [a], min_rows: 1, max_rows: 2, critical: 1m`,
    ['expect', 'min_rows', 'max_rows'].map(
      (key) => `.${key}: goes with many rows: rows, or a key with a * in it; leave it out`,
    ),
  ],
  ['more rows than are read', `${ROWS}, min_rows: 5, max_rows: 4`, ['.min_rows: is above max_rows, 4; write less']],
  [
    'more rows than are read by default',
    `${ROWS}, min_rows: 10001`,
    ['.min_rows: is above max_rows, 10000; write less'],
  ],
  ['no rows at all', `${ROWS}, max_rows: 0`, ['.max_rows: 0 is not a number of rows; write 1 or more']],
  [
    'what a number is not',
    `${KEY}, measure: number, critical: 1, expires: true, unit: ms, clock: local`,
    [
      '.expires: goes with measure: age; leave it out',
      '.unit: goes with measure: age; leave it out',
      '.clock: goes with measure: age; leave it out',
    ],
  ],
  [
    'a path that is none',
    `${KEY}, critical: 1m, json: "$..a"`,
    [".json: is not a JSON path; write $.name, $['a name'] or $[0]"],
  ],
  ['a path without a $', `${KEY}, critical: 1m, json: a.b`, ['.json: is not a JSON path; write $.worker.seen']],
  [
    'a pattern without a group',
    `${KEY}, critical: 1m, pattern: 'seen=\\d+'`,
    [String.raw`.pattern: has 0 groups; write one pair of brackets around it, as in seen=(\d+)`],
  ],
  [
    'a pattern with two',
    `${KEY}, critical: 1m, pattern: '(a)(?<b>b)'`,
    [String.raw`.pattern: has 2 groups; write one pair of brackets around it, as in seen=(\d+)`],
  ],
  [
    'a pattern that is open',
    `${KEY}, critical: 1m, pattern: '(a'`,
    ['.pattern: is not a regular expression; put a \\ before what is meant as it is'],
  ],
  [
    'a pattern that ends in a backslash',
    `${KEY}, critical: 1m, pattern: '(a)\\'`,
    ['.pattern: is not a regular expression; put a \\ before what is meant as it is'],
  ],
  ['a number without a limit', `${KEY}, measure: number`, [': has no limit; write critical: 100, say']],
  [
    'a duration for a number',
    `${KEY}, measure: number, critical: 10m`,
    ['.critical: "10m" is not a number or a range; write 100, 10: or 10:20'],
  ],
  ['a range that runs backwards', `${KEY}, critical: "1h:1m"`, ['.critical: "1h:1m" is not a duration; write 10m']],
  ['a range that is all there is', `${KEY}, critical: "~:"`, ['.critical: must be more than nothing; write 10m']],
  ['an end of ages', `${KEY}, critical: "1m:9999999w"`, ['.critical: is longer than a century; write less']],
  [
    'a limit beyond all numbers',
    `${KEY}, critical: "${'9'.repeat(400)}"`,
    [`.critical: "${'9'.repeat(59)}…" is not a duration; write 10m`],
  ],
  [
    'a warning outside critical',
    `${KEY}, measure: number, warning: "5:", critical: "10:"`,
    ['.warning: is wider than critical, "10:"; write a narrower range'],
  ],
  [
    'a warning above critical',
    `${KEY}, measure: number, warning: 100, critical: 10`,
    ['.warning: is above critical, 10; write less'],
  ],
  [
    'a time before a deadline where there is none',
    `${KEY}, warning: 7d left, critical: 10m`,
    ['.warning: "7d left" comes before a deadline; add expires: true, or write 5m'],
  ],
  [
    'a warning closer to a deadline than critical',
    `${KEY}, expires: true, warning: 1d left, critical: 7d left`,
    ['.warning: is above critical, "7d left"; write less'],
  ],
  [
    'a time of no end before a deadline',
    `${KEY}, expires: true, warning: 9999999w left`,
    ['.warning: is longer than a century; write less'],
  ],
  [
    'a grace above critical',
    `${KEY}, expires: true, warning: 1h, critical: 1m`,
    ['.warning: is above critical, "1m"; write less'],
  ],
  [
    'a variable in SQL',
    `database: mail, query: "SELECT '\${NAME}'", critical: 1m`,
    ['.query: holds a variable, which is not replaced in SQL; write a parameter, and the variable in params'],
  ],
  [
    'a variable with a default in rows',
    `database: mail, rows: "SELECT '\${NAME:-x}'"`,
    ['.rows: holds a variable, which is not replaced in SQL; write a parameter, and the variable in params'],
  ],
  [
    'a prototype as an option',
    `${KEY}, critical: 1m, __proto__: { rows: x }`,
    ['.__proto__: this name cannot be used; write another'],
  ],
])('refuses %s', async (_, entry, problems) => {
  const found = await problemsOf(writeFiles({ 'a.yaml': withCheck(`{ ${entry} }`) }), { NAME: 'value' })
  expect(found).toEqual(problems.map((problem) => `a.yaml:3: checks.mdx${problem}`))
})

test.each([
  ['equal limits', `${KEY}, warning: 10m, critical: 10m`],
  ['a deadline without a limit', `${KEY}, expires: true`],
  ['a deadline with a limit of nothing', `${KEY}, expires: true, critical: 0`],
  ['rows that bring their own', `${ROWS}`],
  ['a number that must be zero', `${KEY}, measure: number, critical: 0`],
  ['ranges one inside the other', `${KEY}, measure: number, warning: "10:20", critical: "5:25"`],
  ['ranges that alert inside, wherever', `${KEY}, measure: number, warning: "@0:5", critical: "3:"`],
])('accepts %s', async (_, entry) =>
  expect(await problemsOf(writeFiles({ 'a.yaml': withCheck(`{ ${entry} }`) }))).toEqual([]),
)

test('variables are replaced in params, and bound as what they are', async () => {
  const entry = `database: mail, query: "SELECT $1", critical: 1m, params: ["\${NAME}", "x-\${NAME}", "$\${NAME}"]`
  expect((await checkOf(entry, { NAME: "'; DROP TABLE t" }))?.look).toMatchObject({
    sql: 'SELECT $1',
    parameters: ["'; DROP TABLE t", "x-'; DROP TABLE t", `\${NAME}`],
  })
})

test('what is no variable stays in SQL', async () =>
  expect((await checkOf(`database: mail, query: "SELECT '$1', '\${', $x$", critical: 1m`))?.look).toMatchObject({
    sql: `SELECT '$1', '\${', $x$`,
  }))
