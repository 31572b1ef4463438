import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { freePort } from '../../support/postgres.ts'
import { ask, faultOf } from '../conformance.ts'

/** Neither a socket nor a certificate is there. */
const HOME = '/proc/nonexistent'

function target(text: string): Promise<DatabaseTarget> {
  return parseDatabaseUrl(text, { env: {}, home: HOME, userName: 'watch' })
}

let other: Server | undefined
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  other?.close()
})

/** A server of something else, that answers each connection as told. */
const serve = async (greet: (socket: Socket) => void): Promise<string> => {
  const port = await freePort()
  const listening = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    greet(socket)
  })
  other = listening
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
  return `host=127.0.0.1 port=${port} dbname=mail`
}

test.each([
  ['refused connection', 'host=127.0.0.1 port=1 dbname=mail', 'cannot connect (connection refused)'],
  ['missing socket', `host=${HOME} dbname=mail`, `cannot connect (no such socket ${HOME}/.s.PGSQL.5432)`],
])('a %s is told', async (_, text, message) => {
  const fault = await faultOf(ask(target(text), 'SELECT 1'))
  expect(fault).toEqual({ kind: 'unreachable', scope: 'source', message })
})

test('a missing host is told', async () => {
  const fault = await faultOf(ask(target('host=no.such.host.invalid dbname=mail'), 'SELECT 1'))
  // Without a network there is no name service either.
  const words = /^cannot connect \((?:no such host no\.such\.host\.invalid|the name service does not answer)\)$/
  expect(fault).toMatchObject({ kind: 'unreachable', scope: 'source', message: expect.stringMatching(words) })
})

test.each(['disable', 'require'])(
  'one that accepts and never answers is given up in time (sslmode=%s)',
  async (mode) => {
    const text = await serve(() => undefined)
    const fault = await faultOf(ask(target(`${text} sslmode=${mode}`), 'SELECT 1', { timeoutMs: 300 }))
    expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'no answer for 0.3 s' })
  },
)

test('the time to connect that is written counts if it is shorter', async () => {
  const text = await serve(() => undefined)
  const fault = await faultOf(ask(target(`${text} connect_timeout=1`), 'SELECT 1', { timeoutMs: 20_000 }))
  expect(fault.message).toBe('no answer for 2 s')
})

test.each([
  ['talks of something else', 'SSH-2.0-OpenSSH_9.2\r\n', 'prefer', 'what answers there is not a PostgreSQL server'],
  ['slips something in behind its yes', 'Sx', 'require', 'what answers there is not a PostgreSQL server'],
  ['hangs up', '', 'require', 'the server closed the connection'],
])('one that %s is told', async (_, words, mode, message) => {
  const text = await serve((socket) => (words === '' ? socket.end() : socket.write(words)))
  const fault = await faultOf(ask(target(`${text} sslmode=${mode}`), 'SELECT 1', { timeoutMs: 2_000 }))
  expect(fault).toMatchObject({ kind: 'unreachable', message: `cannot connect (${message})` })
})

test('one without TLS is told where it is required', async () => {
  const text = await serve((socket) => socket.write('N'))
  const fault = await faultOf(ask(target(`${text} sslmode=require`), 'SELECT 1', { timeoutMs: 2_000 }))
  expect(fault).toMatchObject({ kind: 'failed', message: 'cannot connect with TLS (the server does not offer it)' })
})
