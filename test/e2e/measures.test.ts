import { expect, test } from 'vitest'
import { linesAlone } from '../support/plugin-output.ts'
import { makeWatchingScene } from '../support/watching.ts'

const AT = '2026-11-22T12:00:00Z'
const NUMBER = { measure: 'number' }
const TEN = { critical: '10m' }
const NOON = Date.parse(AT) / 1_000

type Case = readonly [label: string, sql: string, check: Readonly<Record<string, unknown>>, line: string]

/** Judges all queries of a table in one go, and holds each line against what it should begin with. */
async function expectLines(cases: readonly Case[]): Promise<void> {
  const scene = await makeWatchingScene()
  const checks = cases.map(([, query, check], i) => [`x${i}`, { query, ...check }] as const)
  scene.watch(Object.fromEntries(checks))
  const { stdout, stderr } = await scene.command(['check', '--now', AT])
  const lines = linesAlone(stdout)
  const found = cases.map(([label, , , line], i) => {
    const own = lines.find((candidate) => candidate.includes(` - x${i}: `)) ?? ''
    return [label, own.replaceAll(new RegExp(`\\bx${i}\\b`, 'g'), 'x').slice(0, line.length)]
  })
  expect(stderr).toBe('')
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(cases.map(([label, , , line]) => [label, line])))
}

test('an amount', () =>
  expectLines([
    ['at its limit', 'SELECT 100', { ...NUMBER, critical: 100 }, 'OK - x: 100 (limit 100) | x=100;;100'],
    ['above it', 'SELECT 101', { ...NUMBER, critical: 100 }, 'CRITICAL - x: 101 (limit 100) | x=101;;100'],
    ['below zero', 'SELECT -1', { ...NUMBER, critical: 100 }, 'CRITICAL - x: -1 (limit 100) | x=-1;;100'],
    ['zero', 'SELECT 0', { ...NUMBER, critical: '1:' }, 'CRITICAL - x: 0 (limit 1:) | x=0;;1:'],
    ['without a lower end', 'SELECT -5', { ...NUMBER, critical: '~:10' }, 'OK - x: -5 (limit ~:10) | x=-5;;~:10'],
    ['inside', 'SELECT 15.5', { ...NUMBER, warning: '@10:20' }, 'WARNING - x: 15.5 (limit @10:20) | x=15.5;@10:20'],
    ['as text', "SELECT '7'", { ...NUMBER, warning: 5, critical: 10 }, 'WARNING - x: 7 (limit 5) | x=7;5;10'],
    ['tiny', 'SELECT 1e-9', { ...NUMBER, critical: 1 }, 'OK - x: 1e-9 (limit 1) | x=0.000000001000;;1'],
    ['NULL', 'SELECT NULL', { ...NUMBER, critical: 1 }, 'UNKNOWN - x: the value has no value (NULL) | x=U;;1'],
    ['a word', "SELECT '7 up'", { ...NUMBER, critical: 1 }, 'UNKNOWN - x: the value: "7 up" is not a number | x=U;;1'],
    [
      'endless',
      'SELECT 9e999',
      { ...NUMBER, critical: 1 },
      'UNKNOWN - x: the value: "Infinity" is not a number | x=U;;1',
    ],
  ]))

test('a deadline', () =>
  expectLines([
    ['that is to come', `SELECT ${NOON + 60}`, { expires: true }, 'OK - x: due in 1 min (limit 0 s)'],
    ['at the second', `SELECT ${NOON}`, { expires: true }, 'OK - x: due in 0 s (limit 0 s)'],
    ['that is over', `SELECT ${NOON - 1}`, { expires: true }, 'CRITICAL - x: overdue for 1 s (limit 0 s)'],
    [
      'that is over, within its grace',
      `SELECT ${NOON - 600}`,
      { expires: true, critical: '10m' },
      'OK - x: overdue for 10 min (limit 10 min)',
    ],
    [
      'that is over for too long',
      `SELECT ${NOON - 601}`,
      { expires: true, critical: '10m' },
      'CRITICAL - x: overdue for 10 min (limit 10 min)',
    ],
    ['a year from now', `SELECT ${NOON + 31_536_000}`, { expires: true }, 'OK - x: due in 52 w 1 d (limit 0 s)'],
    ['that is none', `SELECT ${0}`, { expires: true }, 'UNKNOWN - x: the value says that it has never been (zero)'],
  ]))

test('an age in a range', () =>
  expectLines([
    ['too young', `SELECT ${NOON - 30}`, { critical: '1m:1h' }, 'CRITICAL - x: alive 30 s ago (limit 1min:1h)'],
    ['right', `SELECT ${NOON - 120}`, { critical: '1m:1h' }, 'OK - x: alive 2 min ago (limit 1min:1h)'],
    ['too old', `SELECT ${NOON - 4_000}`, { critical: '1m:1h' }, 'CRITICAL - x: silent for 1 h 6 min (limit 1min:1h)'],
  ]))

test('a value that hides', () =>
  expectLines([
    [
      'in JSON',
      `SELECT '{"worker": {"seen": ${NOON - 60}}}'`,
      { ...TEN, json: '$.worker.seen' },
      'OK - x: alive 1 min ago',
    ],
    [
      'in a list in JSON',
      `SELECT '[{"at": "2026-11-22T11:58:00Z"}]'`,
      { ...TEN, json: '$[0].at' },
      'OK - x: alive 2 min ago',
    ],
    ['under a strange name', `SELECT '{"a b": ${NOON}}'`, { ...TEN, json: "$['a b']" }, 'OK - x: alive 0 s ago'],
    ['nowhere in JSON', `SELECT '{"a": 1}'`, { ...TEN, json: '$.b' }, 'UNKNOWN - x: the value: there is no $.b'],
    ['as null in JSON', `SELECT '{"a": null}'`, { ...TEN, json: '$.a' }, 'UNKNOWN - x: the value: null at $.a'],
    [
      'as a list in JSON',
      `SELECT '{"a": []}'`,
      { ...TEN, json: '$.a' },
      'UNKNOWN - x: the value: $.a is neither a text nor',
    ],
    ['in what is not JSON', "SELECT 'nope'", { ...TEN, json: '$.a' }, 'UNKNOWN - x: the value: "nope" is not JSON'],
    ['in NULL', 'SELECT NULL', { ...TEN, json: '$.a' }, 'UNKNOWN - x: the value says that it has never been (NULL)'],
    [
      'in text',
      `SELECT 'pid=7 seen=${NOON - 60} ok'`,
      { ...TEN, pattern: String.raw`seen=(\d+)` },
      'OK - x: alive 1 min ago',
    ],
    [
      'not in text',
      "SELECT 'pid=7'",
      { ...TEN, pattern: String.raw`seen=(\d+)` },
      'UNKNOWN - x: the value: the pattern does not match "pid=7"',
    ],
    [
      'in text in JSON',
      `SELECT '{"log": "seen ${NOON}"}'`,
      { ...TEN, json: '$.log', pattern: String.raw`seen (\d+)` },
      'OK - x: alive 0 s ago',
    ],
    ['serialized by PHP', `SELECT 'i:${NOON - 60};'`, TEN, 'OK - x: alive 1 min ago'],
    ['as text serialized by PHP', `SELECT 's:10:"${NOON - 60}";'`, TEN, 'OK - x: alive 1 min ago'],
    ['as Julian days', 'SELECT 2461366.999305556', { ...TEN, unit: 'julian' }, 'OK - x: alive 1 min ago'],
  ]))

test('behind a pattern that searches for ever is given up', async () => {
  const scene = await makeWatchingScene()
  scene.watch({
    bad: { query: `SELECT '${'a'.repeat(40)}!'`, pattern: '((?:a+)+)$', critical: '10m' },
    good: { query: `SELECT ${NOON}`, critical: '10m' },
  })
  const outcome = await scene.command(['check', '--now', AT, '-t', '5s'])
  expect(outcome.stdout).toContain('UNKNOWN - bad: the value: the pattern took too long to search')
  expect(outcome.stdout).toContain('OK - good: alive 0 s ago')
  expect(outcome.seconds).toBeLessThan(4)
})

test('a query', () =>
  expectLines([
    ['that brings nothing', 'SELECT 1 WHERE 0', TEN, 'UNKNOWN - x: the query brings no row'],
    ['that brings two rows', 'SELECT 1 UNION ALL SELECT 2', TEN, 'UNKNOWN - x: the query brings more than one row'],
    ['that brings two columns', 'SELECT 1, 2', TEN, 'UNKNOWN - x: the query brings 2 columns'],
    ['that names its value', `SELECT 'x' AS who, ${NOON} AS value`, TEN, 'OK - x: alive 0 s ago'],
    [
      'that brings its limit',
      `SELECT ${NOON - 90} AS at, 60 AS critical`,
      TEN,
      'CRITICAL - x: silent for 1 min 30 s (limit 1 min)',
    ],
    ['with parameters', 'SELECT ? + ?', { ...TEN, params: [NOON, -60] }, 'OK - x: alive 1 min ago'],
    ['with a wrong number of parameters', 'SELECT ?', TEN, 'UNKNOWN - x: '],
    ['with a semicolon and a comment', `SELECT ${NOON}; -- now`, TEN, 'OK - x: alive 0 s ago'],
    ['that is two', `SELECT ${NOON}; SELECT 2`, TEN, 'UNKNOWN - x: '],
    ['that writes', 'CREATE TABLE t(a)', TEN, 'UNKNOWN - x: '],
    ['that means nothing', 'SELEKT', TEN, 'UNKNOWN - x: only SELECT, WITH and VALUES'],
  ]))

test('is asked once for all checks that ask the same', async () => {
  const scene = await makeWatchingScene()
  const query = 'SELECT ?'
  scene.watch({ a: { query, params: NOON, critical: '10m' }, b: { query, params: NOON, warning: '5m' } })
  expect((await scene.command(['check', '--now', AT])).stdout.match(/OK/g)).toHaveLength(2)
})

test('one line says all of it as well', async () => {
  const scene = await makeWatchingScene(`CREATE TABLE w(n, j); INSERT INTO w VALUES ('a', '{"t": ${NOON - 60}}')`)
  const place = ['--url', scene.path, '--state', scene.state, '--now', AT]
  const rows = ['--rows', 'SELECT n, j FROM w WHERE n = ?', '--param', 'a', '--json', '$.t', '-c', '30s', '--name', 'w']
  const { lastalive } = await import('../support/command.ts')
  expect(await lastalive(['check', ...place, ...rows])).toMatchObject({
    code: 2,
    stderr: '',
    stdout: expect.stringMatching(/^CRITICAL - w\/a: silent for 1 min \(limit 30 s\).*\nOK - w: 1 row/),
  })
})
