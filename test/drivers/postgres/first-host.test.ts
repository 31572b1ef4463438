import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { ask, faultOf } from '../conformance.ts'

/** Neither a socket nor a certificate is there. */
const HOME = '/proc/nonexistent'

// The times below are those of servers, and not of loading the library.
beforeAll(() => import('pg'))

const servers: Server[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

type Behaviour = (socket: Socket) => void

/** A server that treats each connection as told. */
async function serve(behave: Behaviour): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    behave(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

/** Refuses each login as a PostgreSQL server does. */
function refuse(code: string, words: string): Behaviour {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${words}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return (socket) => socket.once('data', () => socket.end(Buffer.concat([head, body])))
}

const silence: Behaviour = () => undefined
const hangUp: Behaviour = (socket) => socket.destroy()
const starting = refuse('57P03', 'the database system is starting up')
const full = refuse('53300', 'sorry, too many clients already')
const stranger = refuse('28000', 'role "u" does not exist')

function target(ports: readonly number[], more = ''): Promise<DatabaseTarget> {
  const text = `host=${ports.map(() => '127.0.0.1').join(',')} port=${ports.join(',')} dbname=mail user=u sslmode=disable`
  return parseDatabaseUrl(`${text} ${more}`, { env: {}, home: HOME, userName: 'watch' })
}

test.each<[string, Behaviour, string]>([
  ['hangs up', hangUp, 'the server closed the connection'],
  ['is starting', starting, 'the database system is starting up'],
  ['never answers', silence, 'no answer for 0.2 s'],
  ['talks of something else', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), 'no answer'],
])('the next host is tried where one %s, and all are named', async (_, behave, words) => {
  const [first, second] = [await serve(behave), await serve(stranger)]
  const fault = await faultOf(ask(target([first, second]), 'SELECT 1', { timeoutMs: 400 }))
  expect(fault.message).toContain(`cannot connect (127.0.0.1:${first}: `)
  expect(fault.message).toContain(words)
  expect(fault.message).toContain(`; 127.0.0.1:${second}: login refused for user u (role "u" does not exist))`)
})

test('the next host is tried where one refuses the connection', async () => {
  const second = await serve(starting)
  expect(await faultOf(ask(target([1, second]), 'SELECT 1'))).toEqual({
    kind: 'unreachable',
    scope: 'source',
    message: `cannot connect (127.0.0.1:1: connection refused; 127.0.0.1:${second}: the database system is starting up)`,
  })
})

test('the next host is tried where one has no address', async () => {
  const second = await serve(stranger)
  const text = `host=no.such.host.invalid,127.0.0.1 port=5432,${second} dbname=mail user=u sslmode=disable`
  const fault = await faultOf(ask(parseDatabaseUrl(text, { env: {}, home: HOME, userName: 'watch' }), 'SELECT 1'))
  expect(fault.message).toContain(`; 127.0.0.1:${second}: login refused`)
})

test.each<[string, Behaviour, string, string]>([
  ['refuses the login', stranger, 'denied', 'login refused for user u (role "u" does not exist)'],
  ['has too many clients', full, 'unreachable', 'sorry, too many clients already'],
  ['has no such database', refuse('3D000', 'no'), 'failed', 'database mail does not exist'],
])('no other host is tried where one %s, as in libpq', async (_, behave, kind, words) => {
  const [first, second] = [await serve(behave), await serve(starting)]
  const fault = await faultOf(ask(target([first, second]), 'SELECT 1'))
  expect(fault).toMatchObject({ kind, message: `cannot connect (127.0.0.1:${first}: ${words})` })
})

test('hosts that swallow everything share the time', async () => {
  const ports = [await serve(silence), await serve(silence), await serve(silence)]
  const begun = performance.now()
  const fault = await faultOf(ask(target(ports), 'SELECT 1', { timeoutMs: 600 }))
  expect({ ...fault, message: fault.message.replaceAll(/0\.[12] s/g, 'a third') }).toEqual({
    kind: 'timeout',
    scope: 'source',
    message: `cannot connect (${ports.map((port) => `127.0.0.1:${port}: no answer for a third`).join('; ')})`,
  })
  expect(performance.now() - begun).toBeLessThan(900)
})

test('the time to connect that is written counts for each host', async () => {
  const ports = [await serve(silence), await serve(starting)]
  const begun = performance.now()
  const fault = await faultOf(ask(target(ports, 'connect_timeout=2'), 'SELECT 1', { timeoutMs: 60_000 }))
  expect(fault.message).toContain('no answer for 2 s; ')
  expect(performance.now() - begun).toBeLessThan(4_000)
})

test('no more hosts are tried when the run’s time is up', async () => {
  const ports = [await serve(silence), await serve(starting)]
  const signal = AbortSignal.timeout(200)
  const fault = await faultOf(ask(target(ports), 'SELECT 1', { signal, timeoutMs: 10_000 }))
  expect(fault).toMatchObject({
    kind: 'timeout',
    message: `cannot connect (127.0.0.1:${ports[0]}: no answer for 0.2 s)`,
  })
})

test('the order is left to chance where that is asked for', async () => {
  const first = await serve(stranger)
  const second = await serve(stranger)
  const seen = new Set<string>()
  for (let i = 0; i < 40 && seen.size < 2; i++) {
    const fault = await faultOf(ask(target([first, second], 'load_balance_hosts=random'), 'SELECT 1'))
    seen.add(fault.message)
  }
  expect(seen.size).toBe(2)
})
