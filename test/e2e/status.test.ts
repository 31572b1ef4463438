import { describe, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
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
  await lastalive(['ack', 'mdx', '--note', 'on it', '--state', scene.state])
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
    [['mdx'], 'names go with --history'],
    [['--limit', '3'], '--limit goes with --history'],
    [['--history', '--max-age', '5m'], '--max-age and --quiet are about the last run'],
  ])('refuses %j', async (words, why) => {
    const scene = await makeWatchingScene()
    expect(await scene.command(['status', ...words])).toMatchObject({ code: 3, stderr: expect.stringContaining(why) })
  })
})
