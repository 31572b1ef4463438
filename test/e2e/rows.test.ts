import { describe, expect, test } from 'vitest'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const TABLE = 'CREATE TABLE workers(name text, seen text, late text)'
const ROWS = 'SELECT name, seen FROM workers'

function beat(scene: WatchingScene, secondsAgo: Readonly<Record<string, number | null>>): void {
  scene.database.exec('DELETE FROM workers')
  for (const [name, seconds] of Object.entries(secondsAgo)) {
    const seen = seconds === null ? null : new Date(Date.now() - seconds * 1_000).toISOString()
    scene.database.prepare('INSERT INTO workers VALUES (?, ?, NULL)').run(name, seen)
  }
}

describe('each row', () => {
  test('has its own incident, and all that is new comes in one mail', async () => {
    const scene = await makeWatchingScene(TABLE)
    scene.watch({ workers: { rows: ROWS, critical: '5m' } })
    beat(scene, { a: 0, b: 600, c: 700 })
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL 2 checks: workers/b, workers/c'])
    expect(scene.lockfiles()).toHaveLength(2)
    beat(scene, { a: 0, b: 0, c: 700 })
    expect((await scene.command(['run'])).code).toBe(2)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK workers\/b: alive again after 10 min/)])
    expect(scene.lockfiles()).toHaveLength(1)
    beat(scene, { a: 0, b: 0, c: 0 })
    expect((await scene.command(['run'])).code).toBe(0)
    expect(scene.lockfiles()).toEqual([])
  })

  test('is a key of a key/value table that is like a pattern', async () => {
    const scene = await makeWatchingScene('CREATE TABLE runtime_info(rt_key text, rt_value text)')
    const now = Math.floor(Date.now() / 1_000)
    scene.database
      .prepare("INSERT INTO runtime_info VALUES ('last_alive', ?), ('last_import', ?), ('LAST_X', ?), ('xlast_y', ?)")
      .run(String(now), String(now - 600), 'x', 'y')
    scene.watch({ mdx: { key: 'last_*', critical: '5m' } })
    expect(await scene.judged()).toEqual({
      mdx: 'ok: 2 rows',
      'mdx/last_alive': expect.stringMatching(/^ok: alive \d s ago/),
      'mdx/last_import': expect.stringMatching(/^critical: silent for 10 min/),
    })
  })

  test('may have limits of its own', async () => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, { a: 100, b: 100, c: 100, d: 100 })
    scene.database.exec(
      "UPDATE workers SET late = '1m' WHERE name = 'a'; UPDATE workers SET late = 30 WHERE name = 'b'",
    )
    scene.database.exec("UPDATE workers SET late = 'soon' WHERE name = 'd'")
    scene.watch({ w: { rows: 'SELECT name, seen, NULL AS warning, late AS critical FROM workers', critical: '1h' } })
    expect(await scene.judged()).toEqual({
      w: 'ok: 4 rows',
      'w/a': expect.stringMatching(/^critical: silent for 1 min 4\d s \(limit 1 min\)$/),
      'w/b': expect.stringMatching(/^critical: silent for 1 min 4\d s \(limit 30 s\)$/),
      'w/c': expect.stringMatching(/^ok: alive/),
      'w/d': 'unknown: its column critical holds "soon", which is no limit',
    })
  })

  test.each([
    ['by position', 'SELECT name, seen, NULL, late FROM workers'],
    ['by name', 'SELECT late AS critical, seen AS at, name FROM workers'],
    ['some by name, and the rest by position', 'SELECT name, seen, late AS critical FROM workers'],
  ])('is read from its columns %s', async (_, rows) => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, { a: 100 })
    scene.database.exec("UPDATE workers SET late = '1m'")
    scene.watch({ w: { rows } })
    expect(await scene.judged()).toEqual({ w: 'ok: 1 row', 'w/a': expect.stringMatching(/^critical: silent for/) })
  })

  test('without any limit is told, and not taken for well', async () => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, { a: 100 })
    scene.watch({ w: { rows: ROWS } })
    expect(await scene.judged()).toEqual({ w: 'ok: 1 row', 'w/a': 'unknown: has no limit' })
  })
})

describe('what is wrong with the rows', () => {
  test.each([
    ['none at all', {}, {}, 'unknown: no rows'],
    ['none, where that is critical', {}, { missing: 'critical' }, 'critical: no rows'],
    ['too few', { a: 0 }, { min_rows: 2, missing: 'warning' }, 'warning: 1 row, at least 2 expected'],
    ['too many', { a: 0, b: 0, c: 0 }, { max_rows: 2 }, 'unknown: there are more than 2 rows'],
    ['one without a name', { '': 0 }, {}, 'unknown: a row has no name'],
  ])('%s', async (_, seconds, options, own) => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, seconds)
    scene.watch({ w: { rows: ROWS, critical: '5m', ...options } })
    expect((await scene.judged()).w).toBe(own)
  })

  test('two with one name', async () => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, { a: 0 })
    scene.watch({ w: { rows: `${ROWS} UNION ALL ${ROWS}`, critical: '5m' } })
    expect(await scene.judged()).toEqual({
      w: 'ok: 2 rows',
      'w/a': 'unknown: 2 rows have this name; one was expected',
    })
  })

  test.each([
    ['one column', 'SELECT name FROM workers', 'the query brings one column'],
    ['a column whose role is not known', 'SELECT name, seen, 1, 2, 3 FROM workers', 'the query brings 5 columns'],
  ])('%s', async (_, rows, words) => {
    const scene = await makeWatchingScene(TABLE)
    scene.watch({ w: { rows, critical: '5m' } })
    expect(await scene.judged()).toEqual({ w: `unknown: ${words}` })
  })

  test('one that is expected and not there', async () => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, { a: 0 })
    scene.watch({ w: { rows: ROWS, critical: '5m', expect: ['a', 'b'], missing: 'critical' } })
    expect(await scene.judged()).toEqual({
      w: 'ok: 1 row',
      'w/a': expect.stringMatching(/^ok/),
      'w/b': 'critical: is expected, and has no row',
    })
  })
})

describe('rows that count as one', () => {
  test.each([
    ['any', 'one is alive', { a: 900, b: 10, c: null }, /^ok: alive 1\d s ago \(limit 5 min\); the best of 3: b$/],
    ['any', 'none is alive', { a: 900, b: 700 }, /^critical: silent for 11 min \(limit 5 min\); the best of 2: b$/],
    ['all', 'all are alive', { a: 60, b: 10 }, /^ok: alive 1 min ago \(limit 5 min\); the worst of 2: a$/],
    ['all', 'one is silent', { a: 900, b: 10 }, /^critical: silent for 15 min \(limit 5 min\); the worst of 2: a$/],
    ['all', 'one has never been', { a: 1, b: null }, /^unknown: has never been \(NULL\); the worst of 2: b$/],
    ['any', 'there are none', {}, /^unknown: no rows$/],
  ])('judge: %s where %s', async (judge, _, seconds, words) => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, seconds)
    scene.watch({ w: { rows: ROWS, critical: '5m', judge } })
    expect(await scene.judged()).toEqual({ w: expect.stringMatching(words) })
  })

  test('still miss one that is expected', async () => {
    const scene = await makeWatchingScene(TABLE)
    beat(scene, { a: 0 })
    scene.watch({ w: { rows: ROWS, critical: '5m', judge: 'any', expect: ['b'], missing: 'critical' } })
    expect(await scene.judged()).toEqual({ w: 'critical: b: is expected, and has no row' })
  })
})

describe('a row that vanishes while its incident is open', () => {
  async function vanish(vanished?: string) {
    const scene = await makeWatchingScene(TABLE)
    scene.watch({ w: { rows: ROWS, critical: '5m', ...(vanished === undefined ? {} : { vanished }) } })
    beat(scene, { a: 0, b: 600 })
    await scene.command(['run'])
    scene.mails()
    beat(scene, { a: 0 })
    return { scene, outcome: await scene.command(['run', '--format', 'json']) }
  }

  test('stays open, says nothing more, and is unknown', async () => {
    const { scene, outcome } = await vanish()
    expect(outcome).toMatchObject({ code: 3, stderr: '' })
    expect(JSON.parse(outcome.stdout).checks.at(-1)).toMatchObject({
      name: 'w',
      item: 'b',
      state: 'unknown',
      cause: 'vanished',
      summary: 'its row is gone',
    })
    expect(scene.subjects()).toEqual([])
    expect(scene.lockfiles()).toHaveLength(1)
  })

  test('is forgotten by hand', async () => {
    const { scene } = await vanish()
    expect(await scene.command(['clear', 'w/b'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^cleared w\/b: silent for 10 min/),
    })
    expect(await scene.command(['run'])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([])
  })

  test('is over where the check says so', async () => {
    const { scene, outcome } = await vanish('closed')
    expect(outcome.code).toBe(0)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK w\/b: no entry any more after 10 min/)])
    expect(scene.lockfiles()).toEqual([])
  })

  test('comes back, and that is told', async () => {
    const { scene } = await vanish()
    beat(scene, { a: 0, b: 0 })
    expect((await scene.command(['run'])).code).toBe(0)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK w\/b: alive again/)])
  })

  test('is not gone because the table could not be read', async () => {
    const { scene } = await vanish('closed')
    beat(scene, { a: 0, b: 600 })
    await scene.command(['run'])
    scene.mails()
    scene.database.exec('ALTER TABLE workers RENAME TO labourers')
    expect((await scene.command(['run'])).code).toBe(3)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN w: no such table: workers/)])
    expect(scene.lockfiles()).toHaveLength(2)
  })
})

test('counts bad runs of each row for itself', async () => {
  const scene = await makeWatchingScene(TABLE)
  scene.watch({ w: { rows: ROWS, critical: '5m', failures: 2 } })
  beat(scene, { a: 600, b: 0 })
  await scene.command(['run'])
  beat(scene, { a: 0, b: 600 })
  await scene.command(['run'])
  expect(scene.subjects()).toEqual([])
  await scene.command(['run'])
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL w\/b: silent for 10 min/)])
})

test('closes the rows of a check that is no longer watched', async () => {
  const scene = await makeWatchingScene(TABLE)
  scene.watch({ w: { rows: ROWS, critical: '5m' } })
  beat(scene, { a: 600 })
  await scene.command(['run'])
  scene.mails()
  scene.watch({ other: { rows: ROWS, critical: '1h' } })
  await scene.command(['run'])
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK w\/a: no longer watched after/)])
  expect(scene.lockfiles()).toEqual([])
})

test.each([
  ['one of all of them', { rows: ROWS, judge: 'any' }],
  ['a query for one value', { query: "SELECT seen FROM workers WHERE name = 'b'" }],
])('closes the rows of a check that has become %s', async (_, check) => {
  const scene = await makeWatchingScene(TABLE)
  scene.watch({ w: { rows: ROWS, critical: '5m' } })
  beat(scene, { a: 600, b: 0 })
  await scene.command(['run'])
  scene.mails()
  scene.watch({ w: { critical: '5m', ...check } })
  expect(await scene.command(['run'])).toMatchObject({ code: 0, stderr: '' })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK w\/a: no longer watched after/)])
  expect(scene.lockfiles()).toEqual([])
})
