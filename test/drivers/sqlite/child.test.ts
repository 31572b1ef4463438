import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Connection, QueryResult } from '../../../src/drivers/driver.ts'
import { withDatabase } from '../../../src/drivers/open.ts'
import type { SqlTarget } from '../../../src/drivers/target.ts'
import { eventually } from '../../support/eventually.ts'
import { BEATS, ENDLESS, makeSqliteFolder } from '../../support/sqlite-folder.ts'
import { ask, faultOf, PATIENT, textsOf } from '../conformance.ts'

const { target, make } = makeSqliteFolder()
make(
  'views.db',
  `${BEATS}; CREATE VIEW "fine ""view" AS SELECT * FROM beats; CREATE VIEW endless AS ${ENDLESS};
  CREATE VIRTUAL TABLE words USING fts5(word); INSERT INTO words VALUES ('alive')`,
).close()

async function connected<T>(use: (connection: Connection) => Promise<T>, signal = PATIENT): Promise<T> {
  return await withDatabase((await target('views.db')) as SqlTarget, { signal, timeoutMs: 10_000 }, use)
}

/** The processes that ask, of this process alone: other suites, which run beside this one, have their own. */
function children(): readonly string[] {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
  const isAsking = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sqlite-child')
    } catch {
      // It has ended meanwhile.
      return false
    }
  }
  return pids.filter((pid) => pid !== '' && isAsking(pid))
}

/** One that was ended takes a moment, and where the machine is busy, a longer one. */
async function expectNoChildren(): Promise<void> {
  const what = (): string => `the end of ${children().join(', ')}`
  await eventually(() => (children().length === 0 ? true : undefined), { what, ms: 5_000 })
}

const byUser = { timeoutMs: 10_000, writtenBy: 'user' } as const

test('a view is read like a table', async () => {
  expect(await ask(target('views.db'), 'SELECT v FROM "fine ""view" WHERE v IS NOT NULL LIMIT 1')).toEqual({
    columns: ['v'],
    rows: [[{ text: '1', type: 'number', typeName: 'integer' }]],
  })
})

test('a table that a module computes is read in a process of its own', async () => {
  await connected(async ({ query }) => {
    expect(textsOf(await query('SELECT word FROM words', [], { timeoutMs: 10_000 }))).toEqual(['alive'])
    expect(children()).toHaveLength(1)
  })
})

test('a plain table needs no process', async () => {
  // Those of earlier connections may still be about to end.
  const before = new Set(children())
  await connected(async ({ query }) => {
    await query('SELECT * FROM beats', [], { timeoutMs: 4_000 })
    expect(children().filter((pid) => !before.has(pid))).toEqual([])
  })
})

test.each([
  ['a view', 'SELECT v FROM ENDLESS', 'us'],
  ['SQL of the user’s', ENDLESS, 'user'],
] as const)('%s that never ends is killed in time', async (_, sql, writtenBy) => {
  const begun = performance.now()
  const fault = await connected(({ query }) => faultOf(query(sql, [], { timeoutMs: 700, writtenBy })))
  expect(fault).toEqual({ kind: 'timeout', scope: 'check', message: 'the query took longer than 0.7 s' })
  expect(performance.now() - begun).toBeLessThan(1_500)
})

test('one process serves all queries of a connection', async () => {
  await connected(async ({ query }) => {
    const seen = new Set<string>()
    for (const sql of ['SELECT 1', 'SELECT nought', 'SELECT 2', 'SELECT count(*) FROM "fine ""view"']) {
      await query(sql, [], byUser).catch(() => undefined)
      for (const pid of children()) seen.add(pid)
    }
    expect(seen.size).toBe(1)
    expect(textsOf(await query('SELECT 3', [], byUser))).toEqual(['3'])
  })
})

test('after one that never ends the next queries are answered, ours and the user’s', async () => {
  await connected(async ({ query }) => {
    const [first] = [await faultOf(query(ENDLESS, [], { timeoutMs: 400, writtenBy: 'user' })), children()]
    expect(first.kind).toBe('timeout')
    expect(textsOf(await query('SELECT count(*) FROM beats', [], { timeoutMs: 4_000 }))).toEqual(['3'])
    expect(textsOf(await query('SELECT 1', [], byUser))).toEqual(['1'])
    expect((await faultOf(query(ENDLESS, [], { timeoutMs: 400, writtenBy: 'user' }))).kind).toBe('timeout')
    expect(textsOf(await query('SELECT 2', [], byUser))).toEqual(['2'])
  })
})

test('a process that was killed by somebody else is told, and replaced', async () => {
  await connected(async ({ query }) => {
    await query('SELECT 1', [], byUser)
    const answer = faultOf(query(ENDLESS, [], byUser))
    await sleep(100)
    process.kill(Number(children()[0]), 'SIGKILL')
    expect(await answer).toMatchObject({ kind: 'failed', message: expect.stringContaining('without an answer') })
    expect(textsOf(await query('SELECT 2', [], byUser))).toEqual(['2'])
  })
})

test('is killed when the signal fires', async () => {
  const begun = performance.now()
  const fault = await connected(({ query }) => faultOf(query(ENDLESS, [], byUser)), AbortSignal.timeout(500))
  expect(fault).toMatchObject({ kind: 'timeout', scope: 'check' })
  expect(performance.now() - begun).toBeLessThan(1_500)
  await expectNoChildren()
})

test('is killed when the signal fires between two queries, and the next one is told that it is too late', async () => {
  const controller = new AbortController()
  await connected(async ({ query }) => {
    await query('SELECT 1', [], byUser)
    controller.abort()
    await expectNoChildren()
    expect(await faultOf(query('SELECT 2', [], byUser))).toEqual({
      kind: 'timeout',
      scope: 'check',
      message: 'there was no time left for the query',
    })
  }, controller.signal)
})

test.each([
  ['one that was answered', 'SELECT 1', 10_000],
  ['one that was killed', ENDLESS, 400],
])('leaves no process behind after %s', async (_, sql, timeoutMs) => {
  await connected(
    ({ query }): Promise<QueryResult | undefined> =>
      query(sql, [], { timeoutMs, writtenBy: 'user' }).catch(() => undefined),
  )
  await expectNoChildren()
})

test('with a wrong column says so', async () => {
  const fault = await faultOf(ask(target('views.db'), 'SELECT nought FROM endless'))
  expect(fault).toMatchObject({ message: 'no such column: nought' })
})

test.each([
  ['a view', 'SELECT * FROM "fine ""view"', 'us'],
  ['SQL of the user’s', 'SELECT * FROM beats', 'user'],
] as const)('%s on a file that is locked says so, in time', async (_, sql, writtenBy) => {
  await connected(async ({ query }) => {
    const writer = make('views.db', 'BEGIN EXCLUSIVE')
    const fault = await faultOf(query(sql, [], { timeoutMs: 3_000, writtenBy }))
    writer.close()
    expect(fault).toEqual({ kind: 'timeout', scope: 'check', message: 'locked by another process for 3 s' })
  })
})

test('SQL of the user’s waits for a file that is locked for a moment', async () => {
  await connected(async ({ query }) => {
    const writer = make('views.db', 'BEGIN EXCLUSIVE')
    const answer = query('SELECT count(*) FROM beats', [], byUser)
    await sleep(400)
    writer.close()
    expect(textsOf(await answer)).toEqual(['3'])
  })
})

test('a query that never ends is not taken for a lock that was there before', async () => {
  await connected(async ({ query }) => {
    const writer = make('views.db', 'BEGIN EXCLUSIVE')
    const fault = faultOf(query(`${ENDLESS}, beats`, [], { timeoutMs: 2_000, writtenBy: 'user' }))
    await sleep(400)
    writer.close()
    expect((await fault).message).toBe('the query took longer than 2 s')
  })
})
