import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import type { Message } from '../../../src/core/incident/notice.ts'
import { parseHttpUrl } from '../../../src/io/net/http-url.ts'
import { webhookSecrets } from '../../../src/notifiers/webhook/webhook.ts'
import { type ReceivedRequest, type Reply, startWeb, type WebFixture } from '../../support/web.ts'
import { aFact, message } from '../messages.ts'
import { type Changes, forGood, passing, sendTo, settingsOf, words } from './webhooks.ts'

let server: WebFixture
beforeAll(async () => {
  server = await startWeb()
})
afterAll(() => server.stop())
afterEach(() => server.answer({ status: 200 }))

const send = (changes: Partial<Changes> = {}, said: Partial<Message> = {}) =>
  sendTo({ url: `${server.url}/hooks/x`, ...changes }, said)

/** The request that came of it. */
async function sent(changes: Partial<Changes> = {}, said: Partial<Message> = {}): Promise<ReceivedRequest> {
  expect(await send(changes, said)).toMatchObject({ kind: 'accepted' })
  const last = server.requests.at(-1)
  if (last === undefined) throw new Error('no request came')
  return last
}

describe('a request', () => {
  test('is the message as JSON, with its Message-ID as idempotency key', async () => {
    const { method, path, headers, body } = await sent()
    expect([method, path]).toEqual(['POST', '/hooks/x'])
    expect(headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'content-type': 'application/json',
      'idempotency-key': 'closing.1@lastalive',
      'user-agent': 'lastalive',
      'content-length': String(Buffer.byteLength(body)),
    })
    expect(JSON.parse(body)).toEqual({
      version: 1,
      id: 'closing.1@lastalive',
      openingId: null,
      state: 'critical',
      subject: message().subject,
      text: message().text,
      instance: 'watch1',
      notices: [
        {
          ...aFact(),
          item: null,
          since: '2026-11-22T11:28:00.000Z',
          lastBeat: null,
          closedAt: null,
          output: null,
          note: null,
          runbook: null,
        },
      ],
      more: 0,
    })
  })

  test('is what the configuration says', async () => {
    const body = { 'a {check}': ['{state}', { count: '{count}', priority: '{priority}', n: 5, no: null, yes: true }] }
    const headers = { 'X-Title': '{title}: {summary}', 'content-type': 'application/vnd.x+json', Accept: 'a/b' }
    const request = await sent({ method: 'PUT', headers, body })
    expect(request.method).toBe('PUT')
    expect(request.headers).toMatchObject({
      'x-title': 'mdx: silent for 42 min (limit 10 min)',
      'content-type': 'application/vnd.x+json',
      accept: 'a/b',
    })
    expect(JSON.parse(request.body)).toEqual({
      'a {check}': ['CRITICAL', { count: '1', priority: 5, n: 5, no: null, yes: true }],
    })
  })

  test('is plain text where the body is', async () => {
    const request = await sent({ body: '{subject}\n{text}' })
    expect(request.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(request.body).toBe(`${message().subject}\n${message().text}`)
  })

  test('stays JSON whatever a value holds, and fills in nothing twice', async () => {
    const item = '"}], {check} \\ \n\0 \u202e \ud800 größer'
    const body = { a: 'x {item} {check} {unknown_thing}', b: ['{item}'] }
    const request = await sent({ body }, { facts: [aFact({ item })] })
    expect(JSON.parse(request.body)).toEqual({ a: `x ${item} mdx {unknown_thing}`, b: [item] })
  })

  test('has headers of one line, in UTF-8, of a length that servers take', async () => {
    const item = `größer\r\nX-Evil: yes\0${'x'.repeat(20_000)}`
    const { headers } = await sent({ headers: { 'X-Item': '{item}' } }, { facts: [aFact({ item })] })
    const value = Buffer.from(headers['x-item'] ?? '', 'latin1').toString('utf8')
    expect(value).toMatch(/^größer\\r\\nX-Evil: yes\\x00x+…$/)
    expect(value.length).toBeLessThan(1_100)
    expect(headers['x-evil']).toBeUndefined()
  })

  test('is of a size that servers take, also with a name of a megabyte', async () => {
    const { body } = await sent({}, { facts: Array(200).fill(aFact({ item: '\u202e'.repeat(1_048_576) })) })
    expect(body.length).toBeLessThan(1_000_000)
  })

  test('logs in with the user of the URL', async () => {
    const { headers, path } = await sent({ url: `http://us%40er:p%3Ass@127.0.0.1:${server.port}/a?b=c` })
    expect(headers.authorization).toBe(`Basic ${Buffer.from('us@er:p:ss').toString('base64')}`)
    expect(path).toBe('/a?b=c')
  })

  test('has words where the message has no facts', async () => {
    const { body } = await sent({ body: { a: '{headline}', b: '{state}', c: '{count}' } }, { facts: [] })
    expect(JSON.parse(body)).toEqual({ a: message().subject, b: 'CRITICAL', c: '0' })
  })
})

describe('an answer', () => {
  test.each<[string, Reply, object]>([
    [
      '200 takes it',
      { status: 200, body: '{"error": "x"}' },
      { kind: 'accepted', by: expect.stringMatching(/^webhook chat at 127\.0\.0\.1:\d+$/) },
    ],
    ['202 takes it', { status: 202 }, { kind: 'accepted' }],
    ['204 takes it', { status: 204 }, { kind: 'accepted' }],
    [
      '301 is not followed',
      { status: 301, headers: { location: '/elsewhere' } },
      forGood(
        words('answered 301 Moved Permanently and leads to /elsewhere, which is not followed; write the final URL'),
      ),
    ],
    [
      '304 says nothing of where',
      { status: 304 },
      forGood(words('answered 304 Not Modified and would be asked elsewhere, .*')),
    ],
    [
      '400 is for good',
      { status: 400, body: '{\n  "errors": [ "bad" ]\n}' },
      forGood(words('answered 400 Bad Request: \\{ "errors": \\[ "bad" \\] \\}')),
    ],
    [
      '401 is for good',
      { status: 401, body: 'who are you?\nline two' },
      forGood(words('answered 401 Unauthorized: who are you\\?')),
    ],
    [
      '404 is for good, and a page says nothing',
      { status: 404, body: '<html>…' },
      forGood(words('answered 404 Not Found')),
    ],
    ['408 passes', { status: 408 }, passing(words('answered 408 Request Timeout'))],
    ['410 is for good', { status: 410, body: 'no_service' }, forGood(words('answered 410 Gone: no_service'))],
    ['425 passes', { status: 425 }, passing(words('answered 425 Too Early'))],
    [
      '429 passes, and tells when',
      { status: 429, headers: { 'retry-after': '120' } },
      passing(words('answered 429 Too Many Requests, and asks to wait 120 s')),
    ],
    [
      '500 passes',
      { status: 500, body: 'oops \u001b[31m\u202e' },
      passing(words('answered 500 Internal Server Error: oops \\\\x1b\\[31m\\\\u202e')),
    ],
    [
      '503 passes, and tells when',
      { status: 503, headers: { 'retry-after': 'Sun, 22 Nov 2026 12:00:00 GMT' } },
      passing(words('answered 503 Service Unavailable, and asks to wait until Sun, 22 Nov 2026 12:00:00 GMT')),
    ],
    ['599 passes', { status: 599, body: 'x'.repeat(1_000_000) }, passing(words('answered 599 unknown: x+…'))],
  ])('%s', async (_, reply, delivery) => {
    server.answer(reply)
    expect(await send()).toMatchObject(delivery)
  })

  test('shows nothing of a URL or of headers, also where the server repeats them', async () => {
    const url = `http://us:gehe1m-1@127.0.0.1:${server.port}/gehe1m-path/gehe1m?key=gehe1m-q`
    const basic = Buffer.from('us:gehe1m-1').toString('base64')
    const body = `gehe1m-path/gehe1m ${basic} gehe1m-1 Bearer gehe1m-2 gehe1m-3 gehe1m-q gehe1m-body`
    server.answer({ status: 302, headers: { location: `https://127.0.0.1/gehe1m-path/gehe1m?key=gehe1m-q` }, body })
    const changes = {
      url,
      headers: { Authorization: 'Bearer gehe1m-2', 'X-Any': 'gehe1m-3' },
      body: { routing_key: 'gehe1m-body' },
    }
    expect(JSON.stringify(await send(changes))).not.toMatch(/gehe1m/)
    server.answer({ status: 500, body })
    const told = JSON.stringify(await send(changes))
    expect(told).not.toMatch(/gehe1m/)
    expect(told).not.toContain(basic)
  })
})

describe('the URL of a webhook', () => {
  test.each([
    ['nothing', ''],
    ['no URL', 'gehe1m'],
    ['another kind', 'ftp://gehe1m@host/'],
    ['an unencoded password', 'https://u:gehe/1m@host/x'],
    ['a password with a #', 'https://u:12#gehe1m@host/x'],
    ['a % that encodes nothing', 'https://u:%gehe1m@host/'],
    ['port 0', 'https://gehe1m:0/'],
  ])('is refused where it is %s, without being shown', (_, url) => {
    const parse = () => parseHttpUrl(url)
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(/^(?:is|has) (?!.*ehe)/)
  })

  test('is a secret, and so are tokens; words that stand elsewhere as well are not', () => {
    const settings = settingsOf({
      url: 'https://u:pass@hooks.domain.tld/services/0123456789abcdef',
      headers: { Authorization: 'Bearer 0123456789abcdefg', 'X-Kind': 'critical', 'X-Key': 'warning' },
      body: { routing_key: '0123456789abcdefh', text: '0123456789abcdefi' },
    })
    expect(webhookSecrets(settings)).toEqual([
      'https://u:pass@hooks.domain.tld/services/0123456789abcdef',
      'pass',
      Buffer.from('u:pass').toString('base64'),
      '/services/0123456789abcdef',
      '0123456789abcdef',
      'Bearer 0123456789abcdefg',
      '0123456789abcdefg',
      '0123456789abcdefh',
    ])
  })
})
