import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { lastaliveAgain } from '../support/resident.ts'
import { makeSqliteScene } from '../support/scene.ts'

/** A line about a value that is no time. */
async function makeCounter(more: readonly string[]) {
  const scene = await makeSqliteScene()
  const state = join(scene.dir, 'state')
  const line = ['--url', scene.path, '--key', 'last_alive', '--name', 'orders', '--state', state, ...more]
  const told = ['--to', 'a@domain.tld', '--smtp', scene.smtp.url]
  scene.set('1000')
  return {
    scene,
    state,
    run: () => lastaliveAgain(['run', ...line, ...told, '-v']),
    check: (...others: readonly string[]) => lastaliveAgain(['check', ...line, ...others]),
  }
}

const BY_CHANGE = ['--measure', 'number', '--by', 'change', '-c', '2s']

test('a value that does not change for too long is told once, and so is that it moves again', async () => {
  const { scene, run, check } = await makeCounter(BY_CHANGE)
  expect((await check()).stdout).toMatch(/^UNKNOWN - orders: needs what `run` remembers: write --state or --lockfile/)
  expect(await run()).toMatchObject({ code: 3 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/UNKNOWN orders: seen for the first time: whether it moves/)])
  expect(await run()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/orders +first seen \d s ago \(limit 2 s\)/),
  })
  expect(scene.subjects()).toEqual([expect.stringMatching(/OK orders/)])
  expect((await check()).stdout).toMatch(/^OK - orders: first seen \d s ago \(limit 2 s\)/)
  await sleep(2_100)
  expect((await check()).stdout).toMatch(/^CRITICAL - orders: unchanged since first seen \d s ago \(limit 2 s\)/)
  expect(await run()).toMatchObject({ code: 2 })
  expect(await run()).toMatchObject({ code: 2 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/CRITICAL orders: unchanged since first seen \d s ago/)])
  scene.set('1001')
  // It has changed for whoever looks; that is remembered by the next run.
  expect((await check()).stdout).toMatch(/^OK - orders: change seen 0 s ago/)
  expect((await check()).stdout).toMatch(/^OK - orders: change seen 0 s ago/)
  expect(await run()).toMatchObject({ code: 0 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/OK orders: alive again after \d s$/)])
  scene.set('any text')
  expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/orders +change seen 0 s ago/) })
})

test('whose memory was lost is not well for that', async () => {
  const { state, run } = await makeCounter(BY_CHANGE)
  await run()
  expect(await run()).toMatchObject({ code: 0 })
  rmSync(state, { recursive: true })
  expect(await run()).toMatchObject({ code: 3 })
  const memory = readdirSync(state).find((name) => name.startsWith('memory'))
  rmSync(join(state, memory ?? ''))
  // There was a run, so it is as one that is new: its limit begins now.
  expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/orders +first seen 0 s ago/) })
})

test('what cannot be read is neither a change nor a standstill', async () => {
  const { scene, run } = await makeCounter(BY_CHANGE)
  await run()
  scene.set(undefined)
  expect(await run()).toMatchObject({ code: 3, stdout: expect.stringMatching(/orders +no row for key last_alive/) })
  scene.set('1000')
  await sleep(2_100)
  expect(await run()).toMatchObject({ code: 2, stdout: expect.stringMatching(/unchanged since first seen \d s ago/) })
})

test('a number is judged by how much it moves', async () => {
  const { scene, run } = await makeCounter(['--measure', 'number', '--by', 'rate', '--per', '1m', '-c', '5:'])
  await run()
  const soon = /orders +moved by 0 in \d s; judged after 1 min/
  expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(soon) })
  scene.set('no number')
  expect(await run()).toMatchObject({ code: 3, stdout: expect.stringMatching(/"no number" is not a number/) })
})

test.each([
  [['--by', 'rate', '-c', '5:'], 'has by: rate and no time; write per: 10m, say'],
  [['--per', '1m', '-c', '1m'], '--per: goes with by: rate; leave it out'],
  [['--by', 'change', '--expires'], '--expires: goes with the age of a time, and by: change takes any value'],
  [['--by', 'chance', '-c', '1m'], '--by: "chance" is not known; write change'],
  [['--by', 'change', '-c', '5:10:'], 'is not a duration'],
])('%j is refused, and it is said why', async (more, words) => {
  const { check } = await makeCounter(more)
  const { code, stdout } = await check()
  expect([code, stdout]).toEqual([3, expect.stringContaining(words)])
})
