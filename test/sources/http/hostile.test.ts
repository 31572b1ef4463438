import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { expectUnmoved } from '../../support/hostile.ts'
import { startRaw } from '../../support/raw.ts'
import { judged, said } from '../one-check.ts'

const HEAD = 'HTTP/1.1 200 OK\r\n'

/** Writes again and again what it is given, as fast as it is taken. */
function pour(socket: Socket, chunk: Buffer | string): void {
  while (!socket.destroyed && socket.write(chunk));
  socket.once('drain', () => pour(socket, chunk))
}

/** Writes one sign after the other. */
function drip(socket: Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 100)
  socket.once('close', () => clearInterval(timer))
}

const PEERS: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
  ['is mute', () => {}, /^unknown: no answer for 1 s$/],
  ['drips its status', (socket) => drip(socket, `${HEAD}${'X: y\r\n'.repeat(100)}`), /^unknown: no answer for 1 s$/],
  [
    'drips its body',
    (socket) => void socket.write(`${HEAD}\r\n`, () => drip(socket, 'x')),
    /^unknown: answered 200 OK, but not all of it came within 1 s$/,
  ],
  ['has no end of its status', (socket) => pour(socket, 'HTTP/1.1 200 O'.padEnd(65_536, 'O')), /^unknown: answered/],
  [
    'has a gigabyte of one header',
    (socket) => pour(socket.setNoDelay(), `${HEAD}X: ${'y'.repeat(65_536)}`),
    /^unknown: answered with headers larger than 16 kB$/,
  ],
  [
    'has a gigabyte of headers',
    (socket) => void socket.write(HEAD, () => pour(socket, 'X: y\r\n'.repeat(10_000))),
    /^unknown: answered with headers larger than 16 kB$/,
  ],
  [
    'has an endless body',
    (socket) => void socket.write(`${HEAD}\r\n`, () => pour(socket, 'y'.repeat(65_536))),
    /^unknown: answered 200 OK, without "well" in the first 4 MB$/,
  ],
  [
    'has endless chunks',
    (socket) =>
      void socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, () => pour(socket, '1\r\ny\r\n'.repeat(10_000))),
    /^unknown: answered 200 OK, (without "well" in the first 4 MB|but not all of it came within 1 s)$/,
  ],
  [
    'has endless extensions of a chunk',
    (socket) =>
      void socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n1;`, () => pour(socket, 'x=y;'.repeat(10_000))),
    /^(unknown|critical): answered 200 OK, but/,
  ],
  ['goes on for ever', (socket) => pour(socket, 'HTTP/1.1 100 Continue\r\n\r\n'), /^unknown: /],
]

test.each(PEERS)(
  'a server that %s costs its check no more than its time, and little memory',
  async (_, peer, words) => {
    const port = await startRaw((socket) => socket.once('data', () => peer(socket)))
    const [begun, before] = [Date.now(), process.memoryUsage().rss]
    expect(await said({ http: `http://127.0.0.1:${port}`, contains: 'well', timeout: '1s' })).toMatch(words)
    expect(Date.now() - begun).toBeLessThan(3_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576)
  },
)

test('one that accepts nothing at all is not reached', async () => {
  const port = await startRaw(() => {})
  expect(await said({ http: `https://127.0.0.1:${port}`, timeout: '1s' })).toBe(
    'critical: cannot connect (no answer for 1 s)',
  )
})

test('the time of the run ends it before its own', async () => {
  const port = await startRaw(() => {})
  const begun = Date.now()
  expect(await said({ http: `http://127.0.0.1:${port}`, timeout: '1m' }, { timeout: 1 })).toMatch(/^unknown: no answer/)
  expect(Date.now() - begun).toBeLessThan(2_500)
})

test('what switches to another protocol is not well', async () => {
  const port = await startRaw((socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n')),
  )
  expect(await said({ http: `http://127.0.0.1:${port}`, timeout: '1s' })).not.toMatch(/^ok/)
})

test('what it says is cleaned, wherever it stands', async () => {
  const evil = '\u001b[31mred\u001b]0;title\u0007\u202egnp\u2028x | evil=1'
  const port = await startRaw((socket) =>
    socket.once('data', () =>
      socket.end(
        Buffer.from(
          `HTTP/1.1 200 ${evil.replaceAll(/[^\x20-\x7e]/g, '')}\r\nContent-Encoding: identity\r\n\r\n${evil}`,
        ),
      ),
    ),
  )
  for (const keys of [{ contains: 'well' }, { json: '$.a', critical: '1m' }, { pattern: '(\\d\\d)', critical: '1m' }]) {
    const { summary, cure = '' } = await judged({ http: `http://127.0.0.1:${port}`, ...keys })
    expectUnmoved(`${summary}${cure}`)
  }
})
