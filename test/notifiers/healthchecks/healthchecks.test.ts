import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseHttpUrl } from '../../../src/io/net/http-url.ts'
import { createPinger } from '../../../src/notifiers/healthchecks/healthchecks.ts'
import { startWeb, type WebFixture } from '../../support/web.ts'
import { within } from '../messages.ts'

let server: WebFixture
beforeAll(async () => {
  server = await startWeb()
})
afterAll(() => server.stop())
afterEach(() => server.answer({ status: 200 }))

const RID = randomUUID()

function pinger(path = '/ping/gehe1m', failsFrom = 3) {
  const target = parseHttpUrl(`${server.url}${path}`)
  return createPinger({ target, timeout: 10, failsFrom }, RID)
}

const paths = () => server.requests.map(({ method, path }) => `${method} ${path}`)

test('says that a run begins and what it came to, by the same id', async () => {
  expect(await pinger().start(within(10_000))).toBeUndefined()
  expect(await pinger().end({ code: 4, words: ['critical: 1 critical', 'told: 0'] }, within(10_000))).toBeUndefined()
  expect(paths().slice(-2)).toEqual([`POST /ping/gehe1m/start?rid=${RID}`, `POST /ping/gehe1m/4?rid=${RID}`])
  expect(server.requests.slice(-2).map(({ body }) => body)).toEqual(['', 'exit code 4\ncritical: 1 critical\ntold: 0'])
})

test.each([
  ['keeps a query', '/key/slug?create=1', `POST /key/slug/0?create=1&rid=${RID}`],
  ['takes a slash at the end', '/key/slug/', `POST /key/slug/0?rid=${RID}`],
])('%s of the URL', async (_, path, expected) => {
  await pinger(path).end({ code: 0, words: [] }, within(10_000))
  expect(paths().at(-1)).toBe(expected)
})

test.each([
  [0, 3, 0],
  [1, 3, 0],
  [2, 3, 0],
  [3, 3, 3],
  [4, 3, 4],
  [1, 1, 1],
  [3, 4, 0],
])('reports exit code %d with fails_from %d as %d', async (code, failsFrom, reported) => {
  await pinger('/x', failsFrom).end({ code, words: [] }, within(10_000))
  expect(paths().at(-1)).toBe(`POST /x/${reported}?rid=${RID}`)
  expect(server.requests.at(-1)?.body).toBe(`exit code ${code}`)
})

test('has no more to say than is kept, and cuts no character in two', async () => {
  await pinger().end({ code: 0, words: ['€'.repeat(5_000)] }, within(10_000))
  const { body = '' } = server.requests.at(-1) ?? {}
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(10_000)
  expect(body).toMatch(/^exit code 0\n€+$/)
})

test.each([
  [{ status: 404, body: 'not found: gehe1m' }, 'answered 404 Not Found: not found: ***'],
  [{ status: 500 }, 'answered 500 Internal Server Error'],
  [{ status: 200, body: 'OK (not found)' }, 'did not take it: OK (not found)'],
  [{ status: 200, body: 'OK (rate limited)' }, 'did not take it: OK (rate limited)'],
  ['drop' as const, 'closed the connection before it had answered; it may have taken the message'],
])('says what is wrong with the answer %o', async (reply, words) => {
  server.answer(reply)
  expect(await pinger().start(within(10_000))).toBe(`healthchecks at 127.0.0.1:${server.port} ${words}`)
})

test('is content with whatever else is said', async () => {
  server.answer({ status: 200, body: 'OK' })
  expect(await pinger().start(within(10_000))).toBeUndefined()
})

test('does not begin after its deadline', async () => {
  const before = server.requests.length
  expect(await pinger().start(within(0))).toMatch(/was not asked: no time left$/)
  expect(server.requests).toHaveLength(before)
})
