import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { DOWN } from '../support/configured.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'
import { startWeb, type WebFixture } from '../support/web.ts'

const MDX = { key: 'mdx', critical: '10m' }
const LIMIT = '4s'
/** Longer than the limit, in milliseconds. */
const LONG = 4_100

let watch1: WatchingScene
let watch2: WatchingScene
let web: WebFixture
let beat: string

beforeEach(async () => {
  watch1 = await makeWatchingScene()
  watch2 = await makeWatchingScene(RUNTIME_INFO)
  web = await startWeb()
  onTestFinished(() => web.stop())
  beat = join(dirname(watch2.state), 'beat.json')
  watch1.watch({ watch2: { peer: `${web.url}/lastalive.json`, critical: LIMIT } }, { databases: {} })
  alive(true)
})

/** Whether what the second watches is alive. */
function alive(is: boolean): void {
  const write = watch2.database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
  write.run('mdx', epoch(is ? 0 : -3_600))
}

/** The second runs, and what it leaves can be fetched. */
async function beats(): Promise<void> {
  await watch2.command(['run', '--beat-to', beat])
  web.answer({ status: 200, body: readFileSync(beat, 'utf8') })
}

/** The first runs; what it tells of the second. */
async function tells(): Promise<readonly string[]> {
  await watch1.command(['run'])
  return watch1.subjects()
}

const mailbox = (smtp: string) => ({ notifiers: { ops: { mail: { to: ALERT, from: SENDER, smtp } } } })

test('two watchers that are well say nothing of each other', async () => {
  const own = join(dirname(watch1.state), 'beat.json')
  watch2.watch({ mdx: MDX, watch1: { database: undefined, peer: own, checks: 'none' } })
  const both = async () => {
    await beats()
    await watch1.command(['run', '--beat-to', own])
    return [...watch1.subjects(), ...watch2.subjects()]
  }
  // Of the first run of the other there is nothing yet.
  expect(await both()).toEqual([expect.stringMatching(/CRITICAL watch1: no answer: there is no file /)])
  expect(await both()).toEqual([expect.stringMatching(/OK watch1: /)])
  expect(await both()).toEqual([])
  const { code, stdout } = await watch1.command(['check'])
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^OK - /)])
})

test('one that is gone is told once, and its end once', async () => {
  watch2.watch({ mdx: MDX })
  await beats()
  expect(await tells()).toEqual([])
  await sleep(LONG)
  expect(await tells()).toEqual([
    expect.stringMatching(/CRITICAL watch2: no answer: its last run was \d+ s ago \(limit 4 s\)$/),
  ])
  expect(await tells()).toEqual([])
  await web.stop()
  expect(await tells()).toEqual([])
  web = await startWeb()
  watch1.watch({ watch2: { peer: `${web.url}/lastalive.json`, critical: LIMIT } }, { databases: {} })
  await beats()
  expect(await tells()).toEqual([expect.stringMatching(/OK watch2: /)])
})

test('no answer and a strange one have their own words', async () => {
  web.answer({ status: 200, body: 'True' })
  expect(await tells()).toEqual([
    expect.stringMatching(/CRITICAL watch2: strange answer: not what a run leaves: True$/),
  ])
  await web.stop()
  expect((await watch1.command(['check'])).stdout).toMatch(/^CRITICAL - watch2: no answer: .*refused/)
})

test('one that cannot tell, and then runs no checks, is told of both, until each is mended', async () => {
  watch2.watch({ mdx: MDX }, mailbox(DOWN))
  alive(false)
  await beats()
  expect(await tells()).toEqual([])
  await sleep(LONG)
  await beats()
  expect(await tells()).toEqual([
    expect.stringMatching(/CRITICAL watch2\/telling: cannot tell: nothing was accepted since /),
  ])
  // What was due is over, nobody has heard of it, and its only check looks at a peer.
  alive(true)
  watch2.watch({ other: { database: undefined, peer: beat } }, mailbox(DOWN))
  await beats()
  expect(await tells()).toEqual([expect.stringMatching(/CRITICAL watch2\/checks: runs no checks$/)])
  const report = JSON.parse((await watch1.command(['check', '--format', 'json'])).stdout)
  expect(report.checks.map(({ item, state }: { item: string; state: string }) => [item, state])).toEqual([
    [null, 'ok'],
    ['telling', 'critical'],
    ['checks', 'critical'],
  ])
  // It does not answer, and neither is forgotten.
  web.answer({ status: 503 })
  expect(await tells()).toEqual([expect.stringMatching(/CRITICAL watch2: strange answer: 503 Service Unavailable$/)])
  watch2.watch({ mdx: MDX })
  alive(false)
  await beats()
  const [ended] = await tells()
  expect(ended).toMatch(/OK/)
  const open = JSON.parse((await watch1.command(['status', '--format', 'json'])).stdout)
  expect(open.incidents).toEqual([])
})

test('one may watch nothing but peers, where that is said of it', async () => {
  watch2.watch({ other: { database: undefined, peer: beat } })
  await beats()
  watch1.watch({ watch2: { peer: `${web.url}/`, checks: 'none' } }, { databases: {} })
  expect(await tells()).toEqual([])
})

test('one line does the same, and needs no file', async () => {
  watch2.watch({ mdx: MDX })
  await watch2.command(['run', '--beat-to', beat])
  const well = await lastalive(['check', '--peer', beat, '--name', 'watch2'])
  expect(well).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK - /) })
  const own = await lastalive(['check', '--peer', join(watch2.state, 'last-run.json'), '--name', 'watch2'])
  const withoutTimes = (text: string): string => text.replaceAll(/\d+ ?s\b/g, 'SOME')
  expect(withoutTimes(own.stdout)).toBe(withoutTimes(well.stdout))
})

test('--beat-to is read by all, replaced as a whole, and takes no place of anything else', async () => {
  watch2.watch({ mdx: MDX })
  await watch2.command(['run', '--beat-to', beat])
  expect(statSync(beat).mode & 0o777).toBe(0o644)
  expect(JSON.parse(readFileSync(beat, 'utf8'))).toMatchObject({ judged: 1, peers: 0, undelivered: 0, errors: 0 })
  const link = `${beat}.link`
  symlinkSync(beat, link)
  const { code, stderr } = await watch2.command(['run', '--beat-to', link])
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining(`cannot write ${link}: it is not a regular file; name another file with --beat-to`),
  ])
  const own = await watch2.command(['run', '--beat-to', join(watch2.state, 'last-run.json')])
  expect(own).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--beat-to is a file that the run itself needs'),
  })
  writeFileSync(beat, 'before')
  await watch2.command(['run', '--dry-run', '--beat-to', beat])
  expect(readFileSync(beat, 'utf8')).toBe('before')
})
