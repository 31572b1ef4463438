import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeHands, SILENT } from '../support/hands.ts'
import { lastaliveAgain } from '../support/resident.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

/** Two checks that are silent, of which one was seen and one is silenced until tomorrow. */
async function makeQuietScene(): Promise<WatchingScene> {
  const scene = await makeWatchingScene('CREATE TABLE beats(seen text)')
  scene.database.prepare('INSERT INTO beats VALUES (?)').run(new Date(Date.now() - 2_525_000).toISOString())
  const check = { query: 'SELECT seen FROM beats', critical: '10m' }
  scene.watch(
    { mdx: check, imports: { ...check, tags: ['night'] } },
    { notifiers: undefined, defaults: { flap: '1 in 1h' } },
  )
  await scene.command(['run'])
  await lastaliveAgain(['ack', 'mdx', '--note', 'on it', '--state', scene.state])
  await scene.command(['silence', 'imp*', '--for', '1d', '--note', 'deploy'])
  return scene
}

describe('status', () => {
  test('says what was seen, what is silenced, and which silences there are', async () => {
    const scene = await makeQuietScene()
    const { stdout } = await scene.command(['status', '--timezone', 'UTC'])
    const when = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00`
    expect(stdout).toMatch(
      new RegExp(String.raw`^CRITICAL {2}mdx: silent .*\n {10}open for .*\n {10}seen by \S+ at ${when}: on it\n`, 'm'),
    )
    expect(stdout).toMatch(
      new RegExp(String.raw`^CRITICAL {2}imports: silent .*\n {10}open for .*\n {10}silenced until ${when}\n`, 'm'),
    )
    expect(stdout).toMatch(new RegExp(String.raw`^silenced {2}imp\*, until ${when}, by \S+: deploy\n`, 'm'))
    expect(stdout.match(/silenced/g)).toHaveLength(2)
  })

  test('says so as JSON', async () => {
    const scene = await makeQuietScene()
    const { silences, incidents } = JSON.parse((await scene.command(['status', '--format', 'json'])).stdout)
    expect(silences).toMatchObject([{ names: ['imp*'], tags: [], note: 'deploy' }])
    const byName = Object.fromEntries(incidents.map((incident: { readonly name: string }) => [incident.name, incident]))
    expect(byName.mdx).toMatchObject({ acknowledged: { note: 'on it' }, silencedUntil: null, flapping: null })
    expect(byName.imports).toMatchObject({ acknowledged: null, silencedUntil: silences[0].until })
  })

  test('says what flaps, and how often it has opened', async () => {
    const scene = await makeQuietScene()
    for (const secondsAgo of [0, 2_525]) {
      scene.database.prepare('UPDATE beats SET seen = ?').run(new Date(Date.now() - secondsAgo * 1_000).toISOString())
      await scene.command(['run'])
    }
    const { stdout } = await scene.command(['status'])
    expect(stdout).toMatch(/^ {10}opened 2 times since \d\d:\d\d: told as flapping$/m)
  })

  test.each([
    [['mdx', '--max-age', '5m'], '--max-age is about the last run of all; leave the names out'],
    [['--limit', '3'], '--limit goes with --history'],
    [['--history', '--max-age', '5m'], '--max-age and --quiet are about the last run'],
  ])('refuses %j', async (words, why) => {
    const scene = await makeWatchingScene()
    expect(await scene.command(['status', ...words])).toMatchObject({ code: 3, stderr: expect.stringContaining(why) })
  })

  test('shows what was asked for, in the order in which people count', async () => {
    const scene = await makeHands({ mdx: {}, workers: { key: 'w*' } })
    scene.beat(SILENT, 'mdx', 'w10', 'w2', 'w1')
    await scene.run()
    const titles = async (...names: readonly string[]) =>
      (await scene.command(['status', ...names])).stdout.match(/(?<=^CRITICAL {2})[^:]*/gm)
    expect(await titles()).toEqual(['mdx', 'workers/w1', 'workers/w2', 'workers/w10'])
    expect(await titles('w*')).toEqual(['workers/w1', 'workers/w2', 'workers/w10'])
    expect(await scene.command(['status', 'imports'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^nothing is open of imports\nlast run: /),
    })
  })

  test.each<[string, readonly string[], string]>([
    ['what is open', [], 'what is open is not known\nlast run: none has finished\n'],
    ['the last run', ['--max-age', '5m', '-q'], 'UNKNOWN - there is no state directory '],
    ['what has been', ['--history'], 'nothing has been noted yet\n'],
    ['everything, as JSON', ['--format', 'json'], '{"version":1,"state":"unknown"'],
  ])('of a state directory that is not there does not know %s, and says where it looked', async (_, words, stdout) => {
    const scene = await makeWatchingScene()
    const outcome = await lastaliveAgain(['status', ...words, '--state', scene.state])
    expect(outcome).toMatchObject({ code: 3, stdout: expect.stringContaining(stdout) })
    expect(outcome.stdout).toContain(scene.state)
    expect(`${outcome.stdout}${outcome.stderr}`).toContain(
      `there is no state directory ${scene.state}; name the place of the run: --state DIR or --lockfile FILE`,
    )
  })

  test.each(['status', 'ack', 'clear'])('%s says so of the directory of a lockfile', async (command) => {
    const scene = await makeWatchingScene()
    const outcome = await lastaliveAgain([command, '--lockfile', `${scene.state}/mdx.lck`])
    expect(outcome.code).toBeGreaterThanOrEqual(3)
    expect(outcome.stderr).toContain(`there is no directory ${scene.state} for the lockfile ${scene.state}/mdx.lck; `)
  })

  test('the last line says where it looked', async () => {
    const scene = await makeQuietScene()
    const { stdout } = await scene.command(['status'])
    expect(stdout).toMatch(new RegExp(`\nstate: ${scene.state}\n$`))
  })
})

test('what looks back and what is done by hand speaks in the zone of the configuration, as the mails do', async () => {
  const scene = await makeHands({ mdx: {}, imports: {} }, { timezone: 'Asia/Kathmandu' })
  scene.beat(SILENT, 'mdx')
  await scene.run()
  const zoneOf = async (...words: readonly string[]) => (await scene.command(words)).stdout.match(/[+-]\d\d:\d\d/)?.[0]
  expect([
    await zoneOf('silence', 'imports', '--for', '2h'),
    await zoneOf('ack', 'mdx', '--for', '2h'),
    await zoneOf('status'),
    await zoneOf('status', '--history'),
    await zoneOf('status', '--timezone', 'UTC'),
  ]).toEqual(['+05:45', '+05:45', '+05:45', '+05:45', '+00:00'])
  const lastRun = join(scene.state, 'last-run.json')
  writeFileSync(lastRun, readFileSync(lastRun, 'utf8').replace('Asia/Kathmandu', 'No/Where'))
  expect(await zoneOf('status')).toBe('+00:00')
})
