import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lastaliveAgain } from '../support/resident.ts'
import { ALERT } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const QUEUE = { query: 'SELECT length FROM queue', measure: 'number', critical: 100 }

async function makeQueue(check: Readonly<Record<string, unknown>>, more = {}): Promise<WatchingScene> {
  const scene = await makeWatchingScene('CREATE TABLE queue(length integer); INSERT INTO queue VALUES (0)')
  scene.watch({ queue: { ...QUEUE, ...check } }, more)
  return scene
}

/** A run for each letter: `x` finds the queue too long. */
async function live(scene: WatchingScene, runs: string): Promise<void> {
  for (const run of runs) {
    scene.database.prepare('UPDATE queue SET length = ?').run(run === 'x' ? 500 : 5)
    await scene.command(['run'])
  }
}

const countsOf = ({ state }: WatchingScene): string =>
  join(state, readdirSync(state).find((name) => name.startsWith('pending-')) ?? 'no counts')

describe('failures: 3 of 5', () => {
  test('tells a flapping value once over eight runs, and its end', async () => {
    const scene = await makeQueue({ failures: '3 of 5' })
    const told: string[] = []
    for (const run of 'xx-x-x--') {
      await live(scene, run)
      told.push(scene.subjects().join().slice(0, 20))
    }
    expect(told).toEqual(['', '', '', '[lastalive] CRITICAL', '', '', '[lastalive] OK queue', ''])
  })

  test('is not what failures: 3 is: that says nothing of the same eight runs', async () => {
    const scene = await makeQueue({ failures: 3 })
    await live(scene, 'xx-x-x--')
    expect(scene.subjects()).toEqual([])
  })

  test.each<[string, object, object]>([
    ['of defaults', {}, { defaults: { failures: '3 of 5' } }],
    ['of a check, whatever defaults say', { failures: '3 of 5' }, { defaults: { failures: 9, recoveries: 2 } }],
  ])('%s', async (_, check, more) => {
    const scene = await makeQueue({ ...check }, more)
    await live(scene, 'x-x-x')
    expect(scene.subjects()).toHaveLength(1)
    await live(scene, '-')
    expect(scene.subjects()).toEqual([expect.stringContaining('OK queue')])
  })

  test('of one line', async () => {
    const scene = await makeQueue({})
    const { query, critical } = QUEUE
    const mail = ['--to', ALERT, '--smtp', scene.smtp.url]
    const look = ['--url', `sqlite:${scene.path}`, '--query', query, '--measure', 'number', '-c', String(critical)]
    const run = () => lastaliveAgain(['run', ...look, ...mail, '--state', scene.state, '--failures', '2 of 3'])
    for (const length of [500, 5, 500]) {
      scene.database.prepare('UPDATE queue SET length = ?').run(length)
      await run()
    }
    expect(scene.subjects()).toEqual([expect.stringContaining('CRITICAL')])
  })

  test('does not count runs in which something else was read', async () => {
    const scene = await makeQueue({})
    scene.watch({ queue: { ...QUEUE, failures: '3 of 5' }, other: { ...QUEUE, tags: ['other'] } })
    await live(scene, 'xx')
    for (let runs = 0; runs < 5; runs++) await scene.command(['run', '--tag', 'other'])
    scene.subjects()
    await live(scene, 'x')
    expect(scene.subjects()).toEqual([expect.stringContaining('CRITICAL queue')])
  })

  test('is taken by a database from the check that opens first', async () => {
    const scene = await makeQueue({ failures: '2 of 4' })
    scene.watch(
      { queue: { ...QUEUE, failures: '2 of 4' }, other: { ...QUEUE, failures: 3 } },
      { databases: { app: 'sqlite:/nowhere/app.db' } },
    )
    const told: number[] = []
    for (let runs = 0; runs < 2; runs++) {
      await scene.command(['run'])
      told.push(scene.subjects().length)
    }
    expect(told).toEqual([0, 1])
  })

  test('says what has been counted, and how many open it', async () => {
    const scene = await makeQueue({ failures: '3 of 5' })
    await live(scene, 'x-')
    scene.database.prepare('UPDATE queue SET length = 500').run()
    const words = 'queue: 2 of the last 5 were bad (3 open it)'
    expect((await scene.command(['run', '-v'])).stdout).toContain(`\ncounting: ${words}\n`)
    expect((await scene.command(['status'])).stdout).toContain(`\ncounting  ${words}\n`)
    const { counting } = JSON.parse((await scene.command(['status', '--format', 'json'])).stdout)
    expect(counting).toEqual([{ name: 'queue', item: null, bad: 2, of: 5, opens: 3 }])
    expect((await scene.command(['status', 'other'])).stdout).not.toContain('counting')
  })

  test('says so of a row of bad runs as well', async () => {
    const scene = await makeQueue({ failures: 3 })
    await live(scene, 'xx')
    expect((await scene.command(['status'])).stdout).toContain('\ncounting  queue: the last 2 were bad (3 open it)\n')
  })

  test('goes on from what the version before has counted', async () => {
    const scene = await makeQueue({ failures: 3 })
    await live(scene, 'xx')
    const { version, pending } = JSON.parse(readFileSync(countsOf(scene), 'utf8'))
    const { count, firstBad } = pending.queue
    writeFileSync(countsOf(scene), JSON.stringify({ version, pending: { queue: { count, firstBad } } }))
    expect((await scene.command(['status'])).stdout).toContain('\ncounting  queue: the last 2 were bad\n')
    scene.watch({ queue: { ...QUEUE, failures: '3 of 5' } })
    await live(scene, '-x')
    expect(scene.subjects()).toHaveLength(1)
  })

  test('opens at once where the counts cannot be read', async () => {
    const scene = await makeQueue({ failures: '3 of 5' })
    await live(scene, 'x-')
    writeFileSync(countsOf(scene), '{')
    await live(scene, 'x')
    expect(scene.subjects()).toHaveLength(1)
  })
})

test.each<[string, object, object, RegExp]>([
  [
    'a check',
    { failures: '3 of 5', recoveries: 2 },
    {},
    /checks\.queue\.recoveries: goes with failures in a row, and with 3 of 5 it closes when fewer than 3 of the last 5 were bad; leave it out, or write failures: 3\n/,
  ],
  [
    'a check beside defaults',
    { recoveries: 2 },
    { defaults: { failures: '3 of 5' } },
    /checks\.queue\.recoveries: .* with 3 of 5/,
  ],
  ['defaults', {}, { defaults: { failures: '3 of 5', recoveries: 1 } }, /defaults\.recoveries: .* with 3 of 5/],
])('recoveries of %s are refused where failures say when it closes', async (_, check, more, words) => {
  const scene = await makeQueue({ ...check }, more)
  expect(await scene.command(['validate'])).toMatchObject({ code: 3, stderr: expect.stringMatching(words) })
})

test('a database with recoveries of its own takes as many bad runs of its checks, in a row', async () => {
  const scene = await makeQueue({})
  const told: number[] = []
  for (const path of ['/nowhere/app.db', scene.path, '/nowhere/app.db', '/nowhere/app.db']) {
    scene.watch(
      { queue: { ...QUEUE, failures: '2 of 4' } },
      { databases: { app: { url: `sqlite:${path}`, recoveries: 2 } } },
    )
    await scene.command(['run'])
    told.push(scene.subjects().length)
  }
  expect(told).toEqual([0, 0, 0, 1])
})

test.each([['6 of 5'], ['0 of 5'], ['3 of 500'], ['3 in 5']])('failures: %s is refused', async (failures) => {
  const scene = await makeQueue({ failures })
  const words = `checks.queue.failures: "${failures}" is not a number of runs; write 3, or 3 of 5`
  expect((await scene.command(['validate'])).stderr).toContain(words)
})
