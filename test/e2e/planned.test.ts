import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { letDaysPass } from '../support/passing-time.ts'
import { lastaliveAgain } from '../support/resident.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const QUEUE = { query: 'SELECT length FROM queue', measure: 'number', critical: 100 }
const DAY = 86_400

const NOW = Date.now()

const ago = (days: number): string => new Date(NOW - days * DAY * 1_000).toISOString()

/** A queue that was too long for the last ten days, two of which were planned. */
async function makeLongOutage(): Promise<{ readonly scene: WatchingScene; readonly file: string }> {
  const scene = await makeWatchingScene('CREATE TABLE queue(length integer); INSERT INTO queue VALUES (500)')
  const planned = [`${ago(6)}/${ago(5)}`, `${ago(5.5)}/${ago(4)}`]
  scene.watch({ queue: QUEUE, other: { ...QUEUE, maintenance: planned } }, { defaults: { maintenance: planned } })
  await scene.command(['run'])
  for (const name of readdirSync(scene.state).filter((one) => /\.lck$|^journal/.test(one))) {
    letDaysPass(join(scene.state, name), 10)
  }
  scene.database.prepare('UPDATE queue SET length = 5').run()
  await scene.command(['run'])
  return { scene, file: scene.args(['validate']).at(-1) ?? '' }
}

test('the history leaves out what is planned in the configuration, and says how much that was', async () => {
  const { scene, file } = await makeLongOutage()
  const { code, stdout, stderr } = await scene.command(['status', '--history', '--config', file])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^queue +0\.00 % +0\.00 % +– {2}1, together 1 w 1 d \(2 d of planned maintenance left out\)$/m)
  const { availability } = JSON.parse(
    (await scene.command(['status', '--history', '--config', file, '--format', 'json'])).stdout,
  )
  expect(availability[0].planned_s).toEqual({ '24h': 0, '7d': 2 * DAY, '30d': 2 * DAY })
  expect(Math.round(availability[0].down_s / DAY)).toBe(8)
})

test.each<[string, (file: string) => void]>([
  ['that is no more in the configuration', (file) => writeFileSync(file, 'checks: { queue: {} }', { mode: 0o600 })],
  ['that cannot be read', (file) => writeFileSync(file, 'checks: { queue: { maintenance: [mon-] } }', { mode: 0o600 })],
  ['of a check that is no more there', (file) => writeFileSync(file, 'checks: {}', { mode: 0o600 })],
])('maintenance %s is not left out', async (_, change) => {
  const { scene, file } = await makeLongOutage()
  change(file)
  const { stdout } = await scene.command(['status', '--history', '--config', file])
  expect(stdout).toMatch(/1, together 1 w 3 d$/m)
})

test('the history says that the configuration cannot be read, and shows the rest', async () => {
  const { scene, file } = await makeLongOutage()
  writeFileSync(file, 'checks: [', { mode: 0o600 })
  const found = await lastaliveAgain(['status', '--history', '--state', scene.state], {
    env: { LASTALIVE_CONFIG: file },
  })
  expect(found).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/1, together 1 w 3 d$/m),
    stderr:
      'lastalive: no planned maintenance is left out: the configuration cannot be read; lastalive validate says why\n',
  })
  expect(await scene.command(['status', '--history', '--config', file])).toMatchObject({ code: 3 })
})

test.each([
  [['status', '--config', 'a.yaml'], '--config goes with --history'],
  [['status', '--history', '--lockfile', 'F', '--config', 'a.yaml'], 'a line with --lockfile has no configuration'],
])('%j is refused', async (words, why) => {
  expect(await lastaliveAgain(words)).toMatchObject({ code: 3, stderr: expect.stringContaining(why) })
})
