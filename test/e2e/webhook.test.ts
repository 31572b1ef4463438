import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { aFact } from '../notifiers/messages.ts'
import { holdTo } from '../support/contract.ts'
import { OF_A_DATABASE } from '../support/hostile.ts'
import { letMinutesPass } from '../support/passing-time.ts'
import { ALERT } from '../support/scene.ts'
import { type Certificate, makeCertificate } from '../support/smtp.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'
import { startWeb, type WebFixture } from '../support/web.ts'

const WORKERS = 'CREATE TABLE workers(name, seen)'
const ROWS = { workers: { rows: 'SELECT name, seen FROM workers', critical: '10m', vanished: 'closed' } }

let scene: WatchingScene
let server: WebFixture

/** What a run must do that told everything: say nothing, and exit by what it found. */
const quietly = (code: number) => ({ code, stdout: '', stderr: '' })

beforeEach(async () => {
  scene = await makeWatchingScene(WORKERS)
  server = await startWeb()
  onTestFinished(() => server.stop())
  watch()
})

function watch(webhook: object = {}, more: object = {}): void {
  const chat = { webhook: { url: `${server.url}/hooks/gehe1m`, ...webhook }, ...more }
  scene.watch(ROWS, { notifiers: { chat } })
}

const run = (...more: readonly string[]) => scene.command(['run', ...more])

/** A worker that was last seen so many seconds ago. */
function see(name: string, secondsAgo = 2_525): void {
  scene.database.prepare('DELETE FROM workers WHERE name = ?').run(name)
  scene.database.prepare("INSERT INTO workers VALUES (?, strftime('%s', 'now') - ?)").run(name, secondsAgo)
}

const seen: WeakMap<WebFixture, number> = new WeakMap()
/** The bodies since the last call. */
function bodies(): readonly { readonly [key: string]: never }[] {
  const news = server.requests.slice(seen.get(server) ?? 0)
  seen.set(server, server.requests.length)
  return news.map(({ body }) => {
    if ('notices' in JSON.parse(body)) holdTo('message', body)
    return JSON.parse(body)
  })
}

test('an outage is told once, and its end, of the same incident and each by an ID of its own', async () => {
  see('mailer')
  expect(await run()).toMatchObject(quietly(2))
  expect(await run()).toMatchObject(quietly(2))
  const [opened, ...more] = bodies()
  expect([opened, more]).toMatchObject([
    {
      subject: '[lastalive] CRITICAL workers/mailer: silent for 42 min (limit 10 min)',
      state: 'critical',
      openingId: null,
      notices: [{ kind: 'opened', check: 'workers', item: 'mailer', state: 'critical', cause: 'age' }],
    },
    [],
  ])
  see('mailer', 0)
  expect(await run()).toMatchObject(quietly(0))
  const [closed] = bodies()
  const { incident } = { ...aFact(), ...Object(opened).notices[0] }
  expect(closed).toMatchObject({
    state: 'ok',
    openingId: Object(opened).id,
    notices: [{ kind: 'closed', state: 'ok', incident }],
  })
  expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([
    Object(opened).id,
    Object(closed).id,
  ])
})

test('a server with an error of its own is told again by the next run, by the same ID', async () => {
  server.answer({ status: 500, body: 'gehe1m' })
  see('mailer')
  expect(await run()).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      /^lastalive: not told: chat of workers\/mailer: webhook chat at 127\.0\.0\.1:\d+ answered 500 Internal Server Error: \*\*\*; tried again at the next run\n$/,
    ),
  })
  server.answer({ status: 200 })
  expect(await run()).toMatchObject(quietly(2))
  expect(await run()).toMatchObject(quietly(2))
  const [first, second, ...more] = server.requests.map(({ headers }) => headers['idempotency-key'])
  expect([second, more]).toEqual([first, []])
})

test('one that refuses for good is asked once more, and then after a while', async () => {
  server.answer({ status: 410 })
  see('mailer')
  for (const outlook of [/at the next run\n$/, /after .*\n$/, /after .*\n$/]) {
    expect(await run()).toMatchObject({ code: 4, stderr: expect.stringMatching(outlook) })
  }
  expect(server.requests).toHaveLength(2)
  for (const lockfile of scene.lockfiles()) letMinutesPass(lockfile, 3)
  server.answer({ status: 200 })
  expect(await run()).toMatchObject(quietly(2))
  expect(server.requests).toHaveLength(3)
})

test('one that never answers holds a run no longer than its time, and is uncertain', async () => {
  server.answer('hang')
  see('mailer')
  const { code, stderr, seconds } = await run('-t', '3s')
  expect([code, stderr]).toEqual([
    4,
    expect.stringMatching(
      /did not answer within [\d.]+ s; it may have taken the message; tried again at the next run\n$/,
    ),
  ])
  expect(seconds).toBeLessThan(6)
})

test('one with another certificate gets nothing, whatever the environment says', async () => {
  const certificate: Certificate = await makeCertificate()
  const secure = await startWeb({ certificate })
  onTestFinished(async () => {
    await secure.stop()
    await certificate.remove()
  })
  see('mailer')
  watch({ url: `${secure.url}/hooks/gehe1m` })
  expect(await scene.command(['run'], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('has a certificate that is not trusted'),
  })
  expect(secure.requests).toEqual([])
  watch({ url: `${secure.url}/hooks/gehe1m`, ca: certificate.certificateFile })
  expect(await run()).toMatchObject(quietly(2))
  expect(secure.requests).toHaveLength(1)
})

test('each check has a message of its own where that is asked for, with what a pager needs', async () => {
  watch(
    {
      headers: { 'X-Title': '{headline}' },
      body: {
        event_action: '{action}',
        dedup_key: '{incident}',
        payload: { summary: '{headline}', severity: '{level}' },
      },
    },
    { group: 'check' },
  )
  see('a')
  see('b')
  await run()
  const opened = bodies()
  see('a', 0)
  see('b', 0)
  await run()
  const closed = bodies()
  const keys = (events: readonly object[]) => events.map((event) => Object(event).dedup_key)
  expect(opened).toMatchObject([
    {
      event_action: 'trigger',
      payload: { summary: 'CRITICAL workers/a: silent for 42 min (limit 10 min)', severity: 'critical' },
    },
    { event_action: 'trigger', payload: { severity: 'critical' } },
  ])
  expect(closed).toMatchObject([
    { event_action: 'resolve', payload: { severity: 'info' } },
    { event_action: 'resolve', payload: { severity: 'info' } },
  ])
  expect(keys(closed)).toEqual(keys(opened))
  expect(new Set(keys(opened)).size).toBe(2)
})

test('each notifier is told on its own account', async () => {
  const chat = { webhook: { url: server.url } }
  const ops = { mail: { to: ALERT, from: 'watch@domain.tld', smtp: 'smtp://127.0.0.1:1' } }
  scene.watch(ROWS, { notifiers: { ops, chat } })
  see('mailer')
  expect(await run()).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^lastalive: not told: ops\/alert@domain\.tld [^\n]*\n$/),
  })
  scene.watch(ROWS, { notifiers: { ops: { mail: { ...ops.mail, smtp: scene.smtp.url } }, chat } })
  expect(await run()).toMatchObject(quietly(2))
  expect([bodies().length, scene.subjects().length]).toEqual([1, 1])
})

test('hostile names of rows arrive as they are', async () => {
  watch({ headers: { 'X-Title': '{title}' } })
  for (const [, name] of OF_A_DATABASE) see(name)
  expect(await run()).toMatchObject({ code: 2, stderr: '' })
  const [message, ...more] = bodies()
  const items = Object(message).notices.map(({ item }: { readonly item: string }) => item)
  const whole = OF_A_DATABASE.map(([, name]) => name).filter((name) => name.length < 1_000 && !/\0|\ud800/.test(name))
  expect(items).toEqual(expect.arrayContaining(whole))
  expect([items.length, more]).toEqual([scene.database.prepare('SELECT DISTINCT name FROM workers').all().length, []])
})
