import {
  appendFileSync,
  chmodSync,
  chownSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { letDaysPass } from '../support/passing-time.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeSqliteScene, NOBODY_TO_TELL } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

const historyOf = (lockfile: string, ...more: readonly string[]) =>
  lastalive(['status', '--history', '--lockfile', lockfile, '--timezone', 'UTC', ...more])

interface ReadOutage {
  readonly name: string
  readonly item: string | null
  readonly origin: string
  readonly end: string | null
}

async function outagesOf(lockfile: string): Promise<readonly ReadOutage[]> {
  return JSON.parse((await historyOf(lockfile, '--format', 'json')).stdout).outages
}

/** What differs from one day to the other is left out. */
function withoutTimes(text: string): readonly string[] {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, 'WHEN')
    .replaceAll(/– (WHEN|\d\d:\d\d)/g, '– THEN')
    .replaceAll(/ {2,}/g, '  ')
    .split('\n')
}

test('shows each outage as its mails told it, the newest first, and how much of the time the check was well', async () => {
  const scene = await makeSqliteScene()
  for (const age of [2_525, 5, 1_000, 5, 700]) {
    scene.beat(age)
    await scene.run()
  }
  await lastalive(['ack', '--lockfile', scene.lockfile, '--note', 'on it'])
  // What a crash leaves: half a line.
  appendFileSync(`${scene.lockfile}.journal`, '{"at":"2026-1')
  const { code, stdout } = await historyOf(scene.lockfile)
  expect(code).toBe(0)
  const lines = withoutTimes(stdout)
  expect(lines.slice(0, 5)).toEqual([
    expect.stringMatching(/^WHEN – now {2}11 min {2}CRITICAL {2}mdx: silent for 11 min \(limit 10 min\) \(seen\)$/),
    'WHEN – THEN  16 min  CRITICAL  mdx: silent for 16 min (limit 10 min)',
    'WHEN – THEN  42 min  CRITICAL  mdx: silent for 42 min (limit 10 min)',
    '',
    'available  24 h  7 d  30 d  outages',
  ])
  expect(scene.subjects()).toContain('[lastalive] OK mdx: alive again after 42 min')
  expect(lines[5]).toMatch(/^mdx +– +– +– +3, together \d+ s$/)
  expect(lines.slice(7)).toEqual([
    'noted since WHEN +00:00: not yet long enough for 24 h, 7 d, 30 d; 1 line of the journal cannot be read',
    `lockfile: ${scene.lockfile}`,
    '',
  ])

  const { outages, availability } = JSON.parse((await historyOf(scene.lockfile, 'm*', '--format', 'json')).stdout)
  expect(outages).toHaveLength(3)
  expect(outages[0]).toMatchObject({ name: 'mdx', state: 'critical', closed: null, end: null, acknowledged: true })
  expect(outages[2]).toMatchObject({ ending: expect.stringMatching(/^alive/), end: 'closed' })
  expect(Math.floor(outages[2].lasted_s / 60)).toBe(42)
  expect(availability).toMatchObject([{ name: 'mdx', outages: 3, shares: { '24h': null } }])
  expect(await historyOf(scene.lockfile, 'other')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('nothing is noted of other'),
  })
})

describe('of a journal', () => {
  test('that is not there it says that nothing has been noted yet', async () => {
    const scene = await makeSqliteScene()
    expect(await historyOf(scene.lockfile)).toMatchObject({
      code: 0,
      stdout: `nothing has been noted yet\nlockfile: ${scene.lockfile}\n`,
    })
  })

  test.each(['journal', 'journal.1'])('that may not be used, as %s, it says so and exits 3', async (ending) => {
    const scene = await makeSqliteScene()
    const path = `${scene.lockfile}.${ending}`
    writeFileSync(path, '')
    // Only root can give a file away, and only others can be kept from reading one of theirs.
    if (isRoot) chownSync(path, NOBODY, NOBODY)
    else chmodSync(path, 0o000)
    const words = isRoot
      ? `it belongs to another user \\(uid ${NOBODY}\\); look at it, then remove it`
      : 'permission denied'
    expect(await historyOf(scene.lockfile)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`${ending}.*${words}`)),
    })
  })

  test('that is a link it says so and exits 3', async () => {
    const scene = await makeSqliteScene()
    symlinkSync('/etc/passwd', `${scene.lockfile}.journal`)
    expect(await historyOf(scene.lockfile)).toMatchObject({ code: 3, stderr: expect.stringContaining('symbolic link') })
  })

  test('that was put aside beyond a megabyte it shows both parts', async () => {
    const scene = await makeSqliteScene()
    const journal = `${scene.lockfile}.journal`
    scene.beat(2_525)
    await scene.run()
    scene.beat()
    await scene.run()
    const [opened = '', closed = ''] = readFileSync(journal, 'utf8').split('\n')
    appendFileSync(journal, `${opened.replace(/"id":"[^"]*"/, '"id":"large"')}\n`)
    appendFileSync(
      journal,
      `${closed.replace(/"id":"[^"]*"/, '"id":"large"').replace('alive', 'x'.repeat(1_100_000))}\n`,
    )
    scene.beat(700)
    await scene.run()
    expect([`${journal}.1`, journal].map((path) => statSync(path).size > 1_000_000)).toEqual([true, false])
    expect(await outagesOf(scene.lockfile)).toMatchObject([{ end: null }, { end: 'closed' }, { end: 'closed' }])
  })
})

describe('a lockfile that was removed by hand', () => {
  test('ends its outage where it was last known to be bad, and the next outage is another', async () => {
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    await scene.run()
    letDaysPass(`${scene.lockfile}.journal`, 20)
    rmSync(scene.lockfile)
    expect(withoutTimes((await historyOf(scene.lockfile)).stdout)[0]).toBe(
      'WHEN – ?  at least 42 min  CRITICAL  mdx: silent for 42 min (limit 10 min) (its lockfile was removed)',
    )
    scene.beat(1_000)
    await scene.run()
    expect(await outagesOf(scene.lockfile)).toMatchObject([{ end: null }, { end: 'unseen' }])
  })

  test('says nothing where it has been silent all the time', async () => {
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    await scene.run()
    rmSync(scene.lockfile)
    await scene.run()
    expect(await outagesOf(scene.lockfile)).toMatchObject([{ end: null }])
  })
})

test('two configurations in one directory are told apart', async () => {
  const scene = await makeWatchingScene('CREATE TABLE beats(seen text)')
  scene.database.prepare('INSERT INTO beats VALUES (?)').run(new Date(Date.now() - 900_000).toISOString())
  scene.watch({ mdx: { query: 'SELECT seen FROM beats', critical: '5m' } }, { notifiers: undefined })
  const files = ['a.yaml', 'b.yaml'].map((name) => join(scene.path, '..', name))
  for (const file of files) {
    writeFileSync(file, readFileSync(join(scene.path, '..', 'lastalive.yaml')), { mode: 0o600 })
    const ended = await lastalive(['run', '--config', file, '--state', scene.state])
    expect(ended).toMatchObject({ code: 2, stderr: NOBODY_TO_TELL })
  }
  scene.database.prepare('UPDATE beats SET seen = ?').run(new Date().toISOString())
  await lastalive(['run', '--config', files[1] ?? '', '--state', scene.state])
  const { stdout } = await scene.command(['status', '--history', '--format', 'json'])
  const { outages, availability } = JSON.parse(stdout)
  const byOrigin = outages.map(({ origin, end }: ReadOutage) => `${origin} ${end}`)
  expect(byOrigin.toSorted()).toEqual([`${files[0]} null`, `${files[1]} closed`])
  expect(availability).toHaveLength(2)
  expect((await scene.command(['status', '--history'])).stdout).toContain(`CRITICAL  mdx of ${files[0]}: silent`)
})

describe('kill -9', () => {
  const COUNT = 150
  const KILLS = repetitions(20)
  const all = (end: string | null) => Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`w${i}`, end]))
  const beat = (scene: WatchingScene, secondsAgo: number): void => {
    const seen = new Date(Date.now() - secondsAgo * 1_000).toISOString()
    scene.database.prepare('UPDATE workers SET seen = ?').run(seen)
  }

  /** Ends a run a little after it has noted what it found, while it saves that, and lets the next one do its work. */
  async function disturb(scene: WatchingScene): Promise<boolean> {
    const sizeOf = (): number => statSync(join(scene.state, 'journal.jsonl'), { throwIfNoEntry: false })?.size ?? 0
    const before = sizeOf()
    let left = Math.floor(8 * Math.random())
    const killed = await scene.command(['run'], { killWhen: () => sizeOf() > before && left-- <= 0 })
    const noted = sizeOf()
    await scene.command(['run'])
    // Where the next one had to note something again, the one before had not saved all of it.
    return killed.signal === 'SIGKILL' && sizeOf() > noted
  }

  async function ends(scene: WatchingScene): Promise<unknown> {
    const { stdout } = await scene.command(['status', '--history', '--format', 'json'])
    const { outages, skippedLines } = JSON.parse(stdout)
    expect([outages.length, skippedLines]).toEqual([COUNT, 0])
    return Object.fromEntries(outages.map(({ item, end }: ReadOutage) => [item, end]))
  }

  test(`at ${KILLS} moments between the journal and the lockfiles leaves one outage of each row`, {
    timeout: 300_000,
  }, async () => {
    const scene = await makeWatchingScene('CREATE TABLE workers(name text, seen text)')
    const add = scene.database.prepare("INSERT INTO workers VALUES (?, '')")
    for (let i = 0; i < COUNT; i++) add.run(`w${i}`)
    scene.watch({ workers: { rows: 'SELECT name, seen FROM workers', critical: '5m' } }, { notifiers: undefined })
    let [tries, hits] = [0, 0]
    while (hits < KILLS && tries < 10 * KILLS) {
      rmSync(scene.state, { recursive: true, force: true })
      beat(scene, 900)
      hits += Number(await disturb(scene))
      expect(await ends(scene), `try ${tries}, opening`).toEqual(all(null))
      beat(scene, 0)
      hits += Number(await disturb(scene))
      expect(await ends(scene), `try ${tries}, closing`).toEqual(all('closed'))
      tries++
    }
    expect(hits).toBeGreaterThanOrEqual(KILLS)
  })
})
