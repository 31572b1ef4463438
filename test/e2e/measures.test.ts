import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eachLineOf } from '../support/plugin-output.ts'
import { AT, type Case, expectLines, NOON, TEN } from '../support/query-lines.ts'
import { makeWatchingScene } from '../support/watching.ts'

const NUMBER = { measure: 'number' }

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
    ['a year from now', `SELECT ${NOON + 31_536_000}`, { expires: true }, 'OK - x: due in 365 d (limit 0 s)'],
    [
      'soon',
      `SELECT ${NOON + 6 * 86_400}`,
      { expires: true, warning: '7d left' },
      'WARNING - x: due in 6 d (limit 1 w left) | x=-518400s;~:-604800;~:0',
    ],
    [
      'not so soon',
      `SELECT ${NOON + 8 * 86_400}`,
      { expires: true, warning: '7d left' },
      'OK - x: due in 1 w 1 d (limit 1 w left)',
    ],
    [
      'that is over, with a warning before',
      `SELECT ${NOON - 1}`,
      { expires: true, warning: '7d left' },
      'CRITICAL - x: overdue for 1 s (limit 0 s)',
    ],
    [
      'very soon',
      `SELECT ${NOON + 3_600}`,
      { expires: true, warning: '7d left', critical: '1d left' },
      'CRITICAL - x: due in 1 h (limit 1 d left)',
    ],
    ['that is none', `SELECT ${0}`, { expires: true }, 'UNKNOWN - x: has never been (zero)'],
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
    ['in NULL', 'SELECT NULL', { ...TEN, json: '$.a' }, 'UNKNOWN - x: has never been (NULL)'],
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
  expect(outcome.stdout).toContain('UNKNOWN - bad: the value: the pattern "((?:a+)+)$" took too long to search')
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
  const { stdout } = await scene.command(['check', '--now', AT])
  expect(eachLineOf(stdout).filter((line) => line.startsWith('OK - '))).toHaveLength(2)
})

test('one line says all of it as well', async () => {
  const scene = await makeWatchingScene(`CREATE TABLE w(n, j); INSERT INTO w VALUES ('a', '{"t": ${NOON - 60}}')`)
  const place = ['--url', scene.path, '--state', scene.state, '--now', AT]
  const rows = ['--rows', 'SELECT n, j FROM w WHERE n = ?', '--param', 'a', '--json', '$.t', '-c', '30s', '--name', 'w']
  const { lastalive } = await import('../support/command.ts')
  expect(await lastalive(['check', ...place, ...rows])).toMatchObject({
    code: 2,
    stderr: '',
    stdout: expect.stringMatching(/^CRITICAL - w\/a: silent for 1 min \(limit 30 s\)\nOK - w: 1 row/m),
  })
})

test('what stands for never, and what never comes', () =>
  expectLines([
    ...[
      '1970-01-01 00:00:01',
      '0001-01-01',
      '0000-00-00T00:00:00Z',
      '1000-01-01',
      '1601-01-01',
      '1899-12-30',
      '1900-01-01',
    ].map((date): Case => {
      const words = 'OK - x: has never been ('
      return [date, `SELECT '${date}'`, { ...TEN, missing: 'ok' }, words]
    }),
    ['the last day', "SELECT '9999-12-31'", { expires: true }, 'OK - x: never due (9999-12-31) | x=U'],
    ['in the west', "SELECT '9999-12-31 23:59:59-05'", { expires: true }, 'OK - x: never due (9999-12-31 23:59:59-05)'],
    ['infinity', "SELECT 'infinity'", { expires: true }, 'OK - x: never due (infinity)'],
    ['a beat at infinity', "SELECT 'infinity'", TEN, 'UNKNOWN - x: the value: "infinity" is not a timestamp'],
    ['a beat on the last day', "SELECT '9999-12-31'", TEN, 'UNKNOWN - x: '],
  ]))

test('whole numbers of any length are compared exactly, and shown with the digits that they came with', () => {
  const limited = { ...NUMBER, critical: '9007199254740992' }
  const critical = 'CRITICAL - x: 9007199254740993 (limit 9007199254740992) | x=9007199254740993;;9007199254740992'
  const json = { ...limited, json: '$.n' }
  return expectLines([
    ['as text', "SELECT '9007199254740993'", limited, critical],
    ['as an integer', 'SELECT 9007199254740993', limited, critical],
    ['as a numeric', "SELECT '9007199254740993.00'", limited, critical],
    ['in JSON', `SELECT '{"s": "1\\", 9", "n": 9007199254740993}'`, json, critical],
    [
      'as large as the limit',
      "SELECT '9007199254740992'",
      limited,
      'OK - x: 9007199254740992 (limit 9007199254740992) |',
    ],
    ['below what a double holds', 'SELECT 9007199254740991', limited, 'OK - x: 9007199254740991 (limit'],
    [
      'in a range',
      "SELECT '-9223372036854775809'",
      { ...NUMBER, critical: '-9223372036854775808:' },
      'CRITICAL - x: -9223372036854775809 (limit -9223372036854775808:) |',
    ],
  ])
})

test('a limit that stands in the file as a number keeps its digits, and so does JSON', async () => {
  const scene = await makeWatchingScene()
  scene.watch({ x: { query: 'SELECT 9007199254740993', measure: 'number', critical: 'LIMIT' } })
  const file = scene.args(['check']).at(-3) ?? ''
  writeFileSync(file, readFileSync(file, 'utf8').replace('"LIMIT"', '9007199254740993'))
  const { code, stdout } = await scene.command(['check', '--format=json'])
  expect(code).toBe(0)
  expect(stdout).toContain('"amount":9007199254740993,')
  expect(stdout).toContain('"critical":"9007199254740993"')
  expect((await scene.command(['check', '--format=prometheus'])).stdout).toMatch(
    /^lastalive_amount\{.*\} 9007199254740993$/m,
  )
})
