import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { freePort } from '../../support/postgres.ts'
import { ask, faultOf } from '../conformance.ts'

function target(text: string): Promise<DatabaseTarget> {
  return parseDatabaseUrl(text, { env: {}, home: '/proc/nonexistent', userName: 'watch' })
}

let other: Server | undefined
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  other?.close()
})

/** A server that greets each connection with some bytes, and answers all that it hears with others. */
const serve = async (...answers: readonly (Buffer | 'hang up')[]): Promise<string> => {
  const port = await freePort()
  const listening = createServer((socket) => {
    sockets.push(socket)
    const left = [...answers]
    const next = (): void => {
      const answer = left.shift()
      if (answer === 'hang up') socket.end()
      else if (answer !== undefined) socket.write(answer)
    }
    socket.on('error', () => undefined)
    socket.on('data', next)
    next()
  })
  other = listening
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
  return `mysql://watch:Geheimnis@127.0.0.1:${port}/mail`
}

function packet(sequence: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
  return Buffer.concat([Buffer.from([body.length, 0, 0, sequence]), body])
}

/** What a server of MySQL 8 says first, which offers no TLS. */
const GREETING = packet(
  0,
  '\x0a8.0.36\0',
  Buffer.from([7, 0, 0, 0]),
  '12345678\0',
  Buffer.from([0xff, 0xf7, 0xff, 2, 0, 0x0f, 0x81, 21]),
  Buffer.alloc(10),
  '123456789012\0',
  'mysql_native_password\0',
)

/** A server that asks for another way to log in. */
const switchTo = (method: string): Buffer => packet(2, '\xfe', `${method}\0`, '12345678901234567890\0')

test('one that accepts and never answers is given up in time', async () => {
  const fault = await faultOf(ask(target(await serve()), 'SELECT 1', { timeoutMs: 300 }))
  expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'no answer for 0.3 s' })
})

test('one that stops within the login is given up in time', async () => {
  const fault = await faultOf(ask(target(await serve(GREETING)), 'SELECT 1', { timeoutMs: 300 }))
  expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'no answer for 0.3 s' })
})

test('the time to connect that is written counts if it is shorter', async () => {
  const text = `${await serve()}?connect-timeout=1`
  const fault = await faultOf(ask(target(text), 'SELECT 1', { timeoutMs: 20_000 }))
  expect(fault.message).toBe('no answer for 1 s')
})

test.each([
  ['talks of something else', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'what answers there is not a MySQL server'],
  ['greets by another protocol', packet(0, '\x09old'), 'what answers there is not a MySQL server'],
  ['hangs up', 'hang up' as const, 'the server closed the connection'],
  ['has no room', packet(0, Buffer.from([0xff, 0x10, 0x04]), 'Too many connections'), 'Too many connections'],
])('one that %s is told', async (_, answer, message) => {
  const fault = await faultOf(ask(target(await serve(answer)), 'SELECT 1', { timeoutMs: 2_000 }))
  expect(fault).toEqual({ kind: 'unreachable', scope: 'source', message: `cannot connect (${message})` })
})

test('one that hangs up within the login is told', async () => {
  const fault = await faultOf(ask(target(await serve(GREETING, 'hang up')), 'SELECT 1', { timeoutMs: 2_000 }))
  expect(fault).toMatchObject({ kind: 'unreachable', scope: 'source' })
})

test('one without TLS is told where it is required', async () => {
  const fault = await faultOf(
    ask(target(`${await serve(GREETING)}?ssl-mode=REQUIRED`), 'SELECT 1', { timeoutMs: 2_000 }),
  )
  expect(fault).toMatchObject({ kind: 'failed', message: 'cannot connect with TLS (the server does not offer it)' })
})

test.each([
  ['client_ed25519', 'a method that is not supported here, client_ed25519'],
  ['something_new', 'a method that is not supported here'],
  ['mysql_clear_password', 'the password over a connection that is not safe'],
])('one that asks for %s is refused', async (method, words) => {
  const fault = await faultOf(ask(target(await serve(GREETING, switchTo(method))), 'SELECT 1', { timeoutMs: 2_000 }))
  expect(fault).toMatchObject({ kind: 'denied', scope: 'source', cure: expect.any(String) })
  expect(fault.message).toBe(`login refused for user watch (the server asks for ${words})`)
})

test('one that asks for the password, encrypted with a key that anybody could show, is refused', async () => {
  const [fullLogin, key] = [packet(4, '\x01\x04'), packet(6, '\x01-----BEGIN PUBLIC KEY-----')]
  const text = await serve(GREETING, switchTo('caching_sha2_password'), fullLogin, key)
  const fault = await faultOf(ask(target(text), 'SELECT 1', { timeoutMs: 2_000 }))
  expect(fault).toMatchObject({ kind: 'denied', message: expect.stringContaining('is not safe') })
})
