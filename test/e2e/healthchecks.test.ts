import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'
import { startWeb, type WebFixture } from '../support/web.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

let scene: SqliteScene
let server: WebFixture
beforeEach(async () => {
  scene = await makeSqliteScene()
  server = await startWeb()
  onTestFinished(() => server.stop())
})

const run = (...more: readonly string[]) => scene.run(['--healthchecks', `${server.url}/gehe1m-0123456789`, ...more])

/** The pings since the beginning, each by its last word. */
function pings(): readonly string[] {
  return server.requests.map(({ path }) => new URL(path, 'http://x').pathname.replace('/gehe1m-0123456789/', ''))
}

const ids = () => server.requests.map(({ path }) => new URL(path, 'http://x').searchParams.get('rid') ?? '')

test('a run says that it begins and what it came to, by one id', async () => {
  expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(pings()).toEqual(['start', '0'])
  const [first = '', second] = ids()
  expect(first).toMatch(UUID)
  expect(second).toBe(first)
  expect(server.requests[1]?.body).toBe('exit code 0\nok: 2 ok\ntold: 0')
})

test('what it found is no failing of its own, what it could not tell is', async () => {
  scene.beat(2_525)
  expect(await run('--smtp', 'smtp://127.0.0.1:1')).toMatchObject({ code: 4 })
  expect(await run()).toMatchObject({ code: 2, stderr: '' })
  expect(pings()).toEqual(['start', '4', 'start', '0'])
  expect(new Set(ids()).size).toBe(2)
  expect(server.requests[1]?.body).toMatch(
    /^exit code 4\ncritical: 1 critical, 1 ok\ntold: 0\nnot told: mail\/alert@domain\.tld of mdx: /,
  )
  expect(server.requests[3]?.body).toBe('exit code 2\ncritical: 1 critical, 1 ok\ntold: 1')
})

test('a ping that fails is said, without its URL, and changes nothing else', async () => {
  server.answer({ status: 404, body: 'no gehe1m-0123456789' })
  scene.beat(2_525)
  const { code, stdout, stderr } = await run()
  const line = `lastalive: not pinged: healthchecks at 127.0.0.1:${server.port} answered 404 Not Found: no ***\n`
  expect([code, stdout, stderr]).toEqual([4, '', line.repeat(2)])
  expect(pings()).toEqual(['start', '4'])
  expect(scene.subjects()).toHaveLength(1)
})

test('pings that are not answered hold up no reading, and no run beyond its time', async () => {
  server.answer('hang')
  scene.beat(2_525)
  const { code, stderr, seconds } = await run('-t', '3s')
  expect(code).toBe(4)
  expect(stderr).toMatch(
    /^(lastalive: not pinged: healthchecks at 127\.0\.0\.1:\d+ did not answer within [\d.]+ s; it may have taken the message\n){2}$/,
  )
  expect(seconds).toBeLessThan(6)
  expect(scene.subjects()).toHaveLength(1)
  expect(pings()).toEqual(['start', '4'])
})

test('what only looks pings nobody', async () => {
  await run('--dry-run')
  await scene.check()
  expect(pings()).toEqual([])
})

test('where there is no place to remember, it is pinged as well', async () => {
  mkdirSync(join(scene.dir, 'manitou-alert.lck.run'))
  expect(await run()).toMatchObject({ code: 4 })
  expect(pings()).toEqual(['start', '4'])
  expect(server.requests[1]?.body).toContain('manitou-alert.lck.run')
})

test('a run that cannot begin is pinged as failed, one whose very work is under way is not', async () => {
  const slow = await makeSendmail({ before: 'touch "$0.begun"; while ! test -e "$0.enough"; do sleep 0.1; done' })
  onTestFinished(() => slow.stop())
  scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  for (const giveUp = performance.now() + 20_000; !existsSync(`${slow.path}.begun`); ) {
    if (performance.now() > giveUp) throw new Error('the first run does not tell')
    await sleep(20)
  }
  expect(await run()).toMatchObject({ code: 2 })
  expect(pings()).toEqual([])
  expect(await run('--name', 'other', '-t', '2s')).toMatchObject({ code: 4 })
  expect(pings()).toEqual(['4'])
  expect(server.requests[0]?.body).toMatch(
    /^exit code 4\nnot run: another run \(pid \d+, since .*\) did not end within 1 s/,
  )
  writeFileSync(`${slow.path}.enough`, '')
  expect(await first).toMatchObject({ code: 2 })
})
