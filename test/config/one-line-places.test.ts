import { expect, test } from 'vitest'
import type { OneLineOptions } from '../../src/config/one-line.ts'
import { upTo } from '../../src/core/judge/range.ts'
import { LINE, parse, refusalOf } from './read/lines.ts'

const SQL = { url: 'x', query: 'SELECT $1', critical: '10m' }
const ROWS = { url: 'x', rows: 'SELECT n, s FROM w', critical: '10m' }

test.each<[string, OneLineOptions, object]>([
  [
    'a query',
    { ...SQL, param: ['a', '2'] },
    { look: { kind: 'query', sql: 'SELECT $1', parameters: ['a', '2'], rows: 'one' } },
  ],
  ['rows', ROWS, { look: { kind: 'query', sql: 'SELECT n, s FROM w', rows: 'many' }, many: { judge: 'each' } }],
  ['rows with limits of their own', { url: 'x', rows: 'SELECT 1' }, { look: { rows: 'many' } }],
  [
    'what is said of rows',
    { ...ROWS, judge: 'all', expect: ['a', 'b'], vanished: 'warning', minRows: '1', maxRows: '9' },
    { many: { judge: 'all', expect: ['a', 'b'], vanished: 'warning', minRows: 1, maxRows: 9 } },
  ],
  ['keys with a star', { ...LINE, key: ['last_*'] }, { look: { key: 'last_*', rows: 'many' } }],
  [
    'a number',
    { ...LINE, measure: 'number', critical: '10:20' },
    { measure: 'amount', critical: { from: 10, to: 20 } },
  ],
  [
    'a number with its limit behind the key',
    { key: ['depth=~:5'], measure: 'number' },
    { measure: 'amount', critical: { from: Number.NEGATIVE_INFINITY, to: 5 } },
  ],
  ['a deadline', { key: ['k'], expires: true }, { measure: 'overdue', critical: upTo(0) }],
  ['a deadline of a query', { query: 'SELECT 1', expires: true }, { measure: 'overdue', critical: upTo(0) }],
  ['a place in a value', { ...LINE, json: '$.a', pattern: '(a)' }, { json: '$.a', pattern: '(a)' }],
])('watches %s', (_, options, check) => expect(parse(options).checks[0]?.check).toMatchObject(check))

test.each([
  ['another query', { query: 'SELECT $2' }],
  ['another parameter', { param: ['b'] }],
  ['another path', { json: '$.b' }],
  ['another pattern', { pattern: '(b)' }],
])('gives a query with %s another name', (_, options) => {
  const line = { ...SQL, param: ['a'], json: '$.a', pattern: '(a)' }
  expect(parse({ ...line, ...options }).checks[0]?.check.name).not.toBe(parse(line).checks[0]?.check.name)
})

test('keeps the name where limits and recipients are others', () => {
  const name = parse(SQL).checks[0]?.check.name
  expect(name).toMatch(/^query-[0-9a-f]{6}$/)
  expect(parse({ ...SQL, critical: '1h', to: ['a@x'], failures: '2' }).checks[0]?.check.name).toBe(name)
})

test.each<[string, OneLineOptions, string, string]>([
  ['a query without a limit', { query: 'SELECT 1' }, 'usage', '--query has no limit; write --critical 10m, say'],
  [
    'a key and a query',
    { ...SQL, key: ['k'] },
    'usage',
    '--key, --query and --rows exclude each other; write one line for each',
  ],
  [
    'a query and rows',
    { ...SQL, rows: 'SELECT 1' },
    'usage',
    '--key, --query and --rows exclude each other; write one line for each',
  ],
  [
    'a number with a duration behind the key',
    { key: ['k=10m'], measure: 'number' },
    'value',
    '--key: "10m" behind the = is not a number or a range; write --key k=100',
  ],
  ['nothing behind the =', { key: ['k='] }, 'value', '--key: "" behind the = is not a duration; write --key k=10m'],
  [
    'a number without a limit',
    { key: ['k'], measure: 'number' },
    'usage',
    '--key k has no limit; write --critical 100, say',
  ],
  [
    'one lockfile for many rows',
    { ...ROWS, lockfile: '/tmp/x' },
    'usage',
    '--lockfile is one file, and each of many rows needs its own; write --state DIR',
  ],
  [
    'one lockfile for many keys',
    { ...LINE, key: ['last_*'], lockfile: '/tmp/x' },
    'usage',
    '--lockfile is one file, and each of many rows needs its own; write --state DIR',
  ],
  ['a parameter of a key', { ...LINE, param: ['a'] }, 'value', '--param: goes with query or rows; leave it out'],
  [
    'a deadline that is a number',
    { ...LINE, measure: 'number', critical: '5', expires: true },
    'value',
    '--expires: goes with measure: age; leave it out',
  ],
  ['another measure', { ...LINE, measure: 'size' }, 'value', '--measure: "size" is not known; write age, number'],
  [
    'a judge of one value',
    { ...SQL, judge: 'any' },
    'value',
    '--judge: goes with many rows: rows, or a key with a * in it; leave it out',
  ],
  ['an empty query', { ...SQL, query: '' }, 'value', '--query: is empty; write SELECT …'],
  [
    'a pattern without a group',
    { ...LINE, pattern: 'a' },
    'value',
    String.raw`--pattern: has 0 groups; write one pair of brackets around it, as in seen=(\d+)`,
  ],
])('refuses %s', (_, options, kind, message) => expect(refusalOf(options)).toEqual([kind, message]))

test.each([
  ['one of many rows', { ...ROWS, judge: 'any' }],
  ['all of many keys', { ...LINE, key: ['last_*'], judge: 'all' }],
  ['a key with a star that is meant', { ...LINE, key: [String.raw`last\*`] }],
])('has a lockfile for %s', (_, options) => expect(refusalOf({ ...options, lockfile: '/tmp/x' })).toEqual(['none', '']))
