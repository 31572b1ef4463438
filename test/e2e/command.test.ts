import { expect, onTestFinished, test } from 'vitest'
import { makeScript, type ScriptSettings } from '../notifiers/scripts.ts'
import { holdTo } from '../support/contract.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { makeWatchingScene } from '../support/watching.ts'
import { startWeb } from '../support/web.ts'

/** A scene in which mdx is silent, and a script is told. */
async function makeCommandScene(settings: ScriptSettings = {}, command: object = {}) {
  const scene = await makeWatchingScene(RUNTIME_INFO)
  const script = await makeScript(settings)
  onTestFinished(() => script.stop())
  const beat = (secondsAgo: number) =>
    scene.database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)').run('mdx', epoch(-secondsAgo))
  scene.watch(
    { mdx: { key: 'mdx', critical: '10m' } },
    { notifiers: { desk: { command: { run: [script.path, 'now', 'now'], ...command } } } },
  )
  beat(2_525)
  const calls = async () => {
    const all = await script.calls()
    for (const { input } of all) holdTo('message', input)
    return all
  }
  return {
    ...scene,
    script: { ...script, calls },
    beat,
    run: (...more: readonly string[]) => scene.command(['run', ...more]),
  }
}

test('an outage and its end are told once each', async () => {
  const { run, beat, script } = await makeCommandScene()
  expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
  beat(0)
  expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const calls = await script.calls()
  expect(calls.map(({ args, env }) => [args, env.NOTICE_KIND, env.NOTICE_STATE, env.NOTICE_HEADLINE])).toEqual([
    [['now', 'now'], 'opened', 'CRITICAL', 'CRITICAL mdx: silent for 42 min (limit 10 min)'],
    [['now', 'now'], 'closed', 'OK', 'OK mdx: alive again after 42 min'],
  ])
  expect(new Set(calls.map(({ env }) => env.NOTICE_INCIDENT)).size).toBe(1)
})

test('one that fails says why, and is told again', async () => {
  const { run, script } = await makeCommandScene({
    before: 'test -e "$0.ready" || { touch "$0.ready"; echo "no desk" >&2; exit 1; }',
  })
  expect(await run()).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      /^lastalive: not told: desk of mdx: command desk \(.*\) failed with exit 1: no desk; tried again at the next run\n$/,
    ),
  })
  expect(await run()).toMatchObject({ code: 2, stderr: '' })
  expect(await script.calls()).toHaveLength(1)
})

test('one that hears nothing and forks holds a run no longer than its time', async () => {
  const { run } = await makeCommandScene(
    { before: `trap '' TERM; (trap '' TERM; sleep 60) & sleep 60` },
    { timeout: '1h' },
  )
  const { code, stderr, seconds } = await run('-t', '3s')
  expect([code, stderr]).toEqual([
    4,
    expect.stringMatching(
      /did not finish within [\d.]+ s and was killed; it may have told; tried again at the next run\n$/,
    ),
  ])
  expect(seconds).toBeLessThan(6)
})

test('a test message goes through each kind of notifier', async () => {
  const scene = await makeCommandScene()
  const web = await startWeb()
  onTestFinished(() => web.stop())
  const notifiers = {
    desk: { command: { run: [scene.script.path] } },
    chat: { webhook: { url: web.url, body: { state: '{state}', kind: '{kind}', text: '{headline}' } } },
    ops: { mail: { to: 'root@domain.tld', from: 'watch@domain.tld', smtp: scene.smtp.url } },
  }
  scene.watch({ mdx: { key: 'mdx', critical: '10m' } }, { notifiers, instance: 'watch1' })
  const { code, stdout, stderr } = await scene.command(['test-alert'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    /^told desk: accepted by command desk .*\ntold chat: accepted by webhook chat at .*\ntold ops\/root@domain\.tld: .*\n$/,
  )
  const headline = 'TEST This is a test from watch1: nothing is wrong. An alert would come the same way.'
  const [call] = await scene.script.calls()
  expect(call?.env).toMatchObject({
    NOTICE_KIND: 'test',
    NOTICE_STATE: 'OK',
    NOTICE_HEADLINE: headline,
    NOTICE_COUNT: '1',
  })
  expect(JSON.parse(call?.input ?? '')).toMatchObject({ state: 'ok', notices: [{ kind: 'test', state: 'ok' }] })
  expect(web.requests.map(({ body }) => JSON.parse(body))).toEqual([{ state: 'OK', kind: 'test', text: headline }])
  expect(scene.subjects()).toEqual(['[lastalive] TEST from watch1'])
})
