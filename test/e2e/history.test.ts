import { appendFileSync, readFileSync, symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'

async function liveThroughOutages(): Promise<SqliteScene> {
  const scene = await makeSqliteScene()
  for (const age of [2_525, 5, 1_000, 5, 700]) {
    scene.beat(age)
    await scene.run()
  }
  await lastalive(['ack', '--lockfile', scene.lockfile, '--note', 'on it'])
  return scene
}

const historyOf = (lockfile: string, ...more: readonly string[]) =>
  lastalive(['status', '--history', '--lockfile', lockfile, '--timezone', 'UTC', ...more])

test('shows each outage with its length, the newest first, and how much of the time the check was well', async () => {
  const scene = await liveThroughOutages()
  // What a crash leaves: half a line.
  appendFileSync(`${scene.lockfile}.journal`, '{"at":"2026-1')
  const { code, stdout } = await historyOf(scene.lockfile)
  expect(code).toBe(0)
  const lines = stdout
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replaceAll(/\d\d:\d\d(:\d\d)?/g, 'TIME')
    .replaceAll(/ min \d+ s /g, ' min ')
    .replaceAll(/ {2,}/g, '  ')
    .split('\n')
  expect(lines.slice(0, 4)).toEqual([
    'DATE TIME - now  1 min  CRITICAL  mdx: silent for 11 min (limit 10 min) (seen)',
    'DATE TIME - TIME  6 min  CRITICAL  mdx: silent for 16 min (limit 10 min)',
    'DATE TIME - TIME  32 min  CRITICAL  mdx: silent for 42 min (limit 10 min)',
    '',
  ])
  expect(lines[4]).toBe('available  24 h  7 d  30 d  outages')
  expect(lines[5]).toMatch(/^mdx +\d+\.\d\d % .* 3, together \d+ s$/)
  expect(lines[7]).toBe('noted since DATE TIME +TIME; 1 line of the journal cannot be read')
})

test('as JSON', async () => {
  const scene = await liveThroughOutages()
  const { outages, availability, skippedLines } = JSON.parse(
    (await historyOf(scene.lockfile, '--format', 'json')).stdout,
  )
  expect(skippedLines).toBe(0)
  expect(outages).toHaveLength(3)
  expect(outages[0]).toMatchObject({ name: 'mdx', item: null, state: 'critical', closed: null, acknowledged: true })
  expect(outages[2]).toMatchObject({ ending: expect.stringMatching(/^alive/), cleared: false })
  expect(Math.floor(outages[2].lasted_s / 60)).toBe(32)
  expect(availability).toMatchObject([{ name: 'mdx', outages: 3, shares: { '24h': expect.any(Number) } }])
})

test('of some names, and says where nothing is noted of them', async () => {
  const scene = await liveThroughOutages()
  expect((await historyOf(scene.lockfile, 'm*')).stdout).toContain('CRITICAL  mdx')
  expect(await historyOf(scene.lockfile, 'other')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('nothing is noted of other'),
  })
  expect(await lastalive(['status', 'mdx', '--lockfile', scene.lockfile])).toMatchObject({ code: 3 })
})

test('says that nothing has been noted yet, and refuses a journal that is not ours', async () => {
  const scene = await makeSqliteScene()
  expect(await historyOf(scene.lockfile)).toMatchObject({ code: 0, stdout: 'nothing has been noted yet\n' })
  symlinkSync('/etc/passwd', `${scene.lockfile}.journal`)
  expect(await historyOf(scene.lockfile)).toMatchObject({ code: 3, stderr: expect.stringContaining('symbolic link') })
})

test('a kill between the journal and the lockfile leaves one outage', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  await scene.run()
  const journal = `${scene.lockfile}.journal`
  // The line that a run has written which was killed before it saved its incident.
  const [line = ''] = readFileSync(journal, 'utf8').split('\n')
  appendFileSync(journal, `${line.replace(/"id":"[^"]*"/, '"id":"killed"')}\n`)
  const { stdout } = await historyOf(scene.lockfile, '--format', 'json')
  expect(JSON.parse(stdout).outages).toHaveLength(1)
})
