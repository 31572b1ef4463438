import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { startRaw } from '../../support/raw.ts'
import { startWeb, type WebFixture } from '../../support/web.ts'
import { judged, said } from '../one-check.ts'

async function web(): Promise<WebFixture> {
  const server = await startWeb()
  onTestFinished(() => server.stop())
  return server
}

/** A server of raw bytes that says this to each request, and closes or waits. */
async function raw(answer: string | Buffer, isClosed = true): Promise<string> {
  const port = await startRaw((socket) => {
    socket.once('data', () => void (isClosed ? socket.end(answer) : socket.write(answer)))
  })
  return `http://127.0.0.1:${port}/`
}

const ok = (body: string | Buffer, headers = ''): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n`), Buffer.from(body)])

test.each([
  [200, {}, 'ok: answered 200 OK'],
  [299, {}, 'ok: answered 299 unknown'],
  [300, {}, 'critical: answered 300 Multiple Choices, not 200-299'],
  [404, {}, 'critical: answered 404 Not Found, not 200-299'],
  [404, { status: 404 }, 'ok: answered 404 Not Found'],
  [404, { status: '400-499' }, 'ok: answered 404 Not Found'],
  [200, { status: [204, '300-399'] }, 'critical: answered 200 OK, not 204 or 300-399'],
  [302, { status: ['302'] }, 'ok: answered 302 Found'],
])('a status of %i with %o: %s', async (status, keys, words) => {
  const server = await web()
  server.answer({ status })
  expect(await said({ http: server.url, ...keys })).toBe(words)
})

test('the first line of what it says stands behind a status that was not wanted, cleaned; a page does not', async () => {
  const server = await web()
  server.answer({ status: 503, body: 'down \u001b[31mfor now\u202e\nand more' })
  expect(await said({ http: server.url })).toBe(
    String.raw`critical: answered 503 Service Unavailable, not 200-299: down \x1b[31mfor now\u202e`,
  )
  server.answer({ status: 503, body: '<html>down' })
  expect(await said({ http: server.url })).toBe('critical: answered 503 Service Unavailable, not 200-299')
})

test('a status line cannot move a terminal', async () => {
  const http = await raw('HTTP/1.1 500 \u001b]0;title\u0007\u001b[2J\r\nContent-Length: 0\r\n\r\n')
  expect(await said({ http })).toBe(String.raw`critical: answered 500 \x1b]0;title\x07\x1b[2J, not 200-299`)
})

test('the answer is a figure, and may be limited', async () => {
  const server = await web()
  const well = await judged({ http: server.url, response: { critical: '5s' } })
  expect(well).toMatchObject({ severity: 'ok', metrics: [{ name: 'shop_response', unit: 's' }] })
  const port = await startRaw((socket) => {
    socket.once('data', () => setTimeout(() => socket.end(ok('')), 1_100))
  })
  expect(await said({ http: `http://127.0.0.1:${port}`, response: { warning: '1s' } })).toMatch(
    /^warning: answered within 1\.\d+ s \(limit 1 s\); answered 200 OK$/,
  )
})

test('it is asked as it says, on a connection of its own each time', async () => {
  const server = await web()
  await said({ http: `${server.url}/a?b=c`, headers: { 'X-Key': 'ü', host: 'shop.example.org' } })
  await said({ http: `${server.url}/`, body: '{"a": 1}' })
  await said({ http: `${server.url}/`, method: 'HEAD' })
  const [got, posted, head] = server.requests
  const usual = { 'user-agent': 'lastalive', connection: 'close', 'accept-encoding': 'identity' }
  expect(got).toMatchObject({ method: 'GET', path: '/a?b=c', headers: { ...usual, host: 'shop.example.org' } })
  expect(Buffer.from(got?.headers['x-key'] ?? '', 'latin1').toString()).toBe('ü')
  expect(got?.headers).not.toHaveProperty('content-length')
  expect(posted).toMatchObject({ method: 'POST', body: '{"a": 1}', headers: { 'content-type': 'application/json' } })
  expect(head).toMatchObject({ method: 'HEAD' })
})

test.each([
  ['there', 'all is well', 'well', 'ok: answered 200 OK, with "well"'],
  ['in letters beyond ASCII', 'alles für alle', 'für', 'ok: answered 200 OK, with "für"'],
  ['behind a NUL', 'a\0well', 'well', 'ok: answered 200 OK, with "well"'],
  ['not there', 'all is lost', 'well', 'critical: answered 200 OK, without "well": all is lost'],
  ['not in nothing', '', 'well', 'critical: answered 200 OK, without "well"'],
])('a text that must be there: %s', async (_, body, contains, words) => {
  const server = await web()
  server.answer({ status: 200, body })
  expect(await said({ http: server.url, contains })).toBe(words)
})

test('a text is found across chunks, and in the charset that the answer names', async () => {
  const chunked = ok('3\r\nall\r\n6\r\n is we\r\n2\r\nll\r\n0\r\n\r\n', 'Transfer-Encoding: chunked\r\n')
  expect(await said({ http: await raw(chunked), contains: 'is well' })).toBe('ok: answered 200 OK, with "is well"')
  const latin = ok(Buffer.from('für', 'latin1'), 'Content-Type: text/plain; charset=ISO-8859-1\r\n')
  expect(await said({ http: await raw(latin), contains: 'für' })).toBe('ok: answered 200 OK, with "für"')
})

test('beyond the bound nothing is said of a text', async () => {
  const server = await web()
  server.answer({ status: 200, body: `first${' '.repeat(5 * 1_048_576)}last` })
  expect(await said({ http: server.url, contains: 'first' })).toBe('ok: answered 200 OK, with "first"')
  expect(await said({ http: server.url, contains: 'last' })).toBe(
    'unknown: answered 200 OK, without "last" in the first 4 MB',
  )
  expect(await said({ http: server.url, json: '$.a', critical: '1m' })).toBe(
    'unknown: answered 200 OK, larger than 4 MB',
  )
  expect(await said({ http: server.url })).toBe('ok: answered 200 OK')
})

const compressed = (how: string, body: Buffer): Buffer => ok(body, `Content-Encoding: ${how}\r\n`)

test.each([
  ['gzip', gzipSync('all is well'), 'ok: answered 200 OK, with "well"'],
  ['GZIP', gzipSync('all is well'), 'ok: answered 200 OK, with "well"'],
  ['deflate', deflateSync('all is well'), 'ok: answered 200 OK, with "well"'],
  ['br', brotliCompressSync('all is well'), 'ok: answered 200 OK, with "well"'],
  ['identity', Buffer.from('all is well'), 'ok: answered 200 OK, with "well"'],
  ['gzip', gzipSync('all is lost'), 'critical: answered 200 OK, without "well": all is lost'],
  ['zstd', Buffer.from('(\xb5/\xfd'), 'unknown: answered 200 OK, compressed with zstd, which is not looked into'],
  ['gzip', Buffer.from('plain'), 'unknown: answered 200 OK, not compressed with gzip, as it says'],
  ['gzip', gzipSync('all is well').subarray(0, 20), 'unknown: answered 200 OK, not compressed with gzip, as it says'],
  ['gzip', gzipSync(Buffer.alloc(200 * 1_048_576)), 'unknown: answered 200 OK, compressed, and larger than 4 MB'],
])('compressed with %s though nobody asked: case %#', async (how, body, words) => {
  expect(await said({ http: await raw(compressed(how, body)), contains: 'well' })).toBe(words)
})

test.each([
  ['a HEAD with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n', { method: 'HEAD' }, 'ok: answered 200 OK'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', {}, 'ok: answered 204 No Content'],
  ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n', { status: 304 }, 'ok: answered 304 Not Modified'],
])('%s is whole at once', async (_, answer, keys, words) => {
  const begun = Date.now()
  expect(await said({ http: await raw(answer, false), ...keys })).toBe(words)
  expect(Date.now() - begun).toBeLessThan(1_500)
})

test.each([
  ['a bare line feed behind the status', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
  ['a bare line feed behind a header', 'HTTP/1.1 200 OK\r\nX: a\nContent-Length: 2\r\n\r\nok'],
  ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
  ['a control character in a header', 'HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 2\r\n\r\nok'],
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['what is no status', 'HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['another version', 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
])('%s is not HTTP', async (_, answer) =>
  expect(await said({ http: await raw(answer) })).toMatch(/^unknown: answered, but not as HTTP has it/),
)

test('an answer that is cut off is none', async () => {
  expect(await said({ http: await raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok') })).toBe(
    'critical: answered 200 OK, but the connection was closed before all of it had come',
  )
  expect(await said({ http: await raw('') })).toBe('critical: the connection was closed without an answer')
})
