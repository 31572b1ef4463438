import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RedisTarget } from '../../../src/drivers/target.ts'
import { parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { answerOf, checkOf, said } from '../../sources/redis/reading.ts'
import { epochAgo } from '../../support/ago.ts'
import { answerInTurn, sayForEver, startPeer } from '../../support/peer.ts'
import { makeCertificate } from '../../support/postgres.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../../support/redis.ts'

const isMissing = redisBinaries() === undefined
const ONE = checkOf({ key: 'last' })

/** What keeps a whole server from being read. */
async function faultOf(url: string, timeout = 20) {
  return (await answerOf(url, [ONE], { timeout })).fault
}

describe.skipIf(isMissing)(isMissing ? REDIS_MISSING : 'a server with roles and TLS', () => {
  let redis: TestRedis
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-redis-tls-'))
  const as = (user: string, more = ''): string => `redis://${user}@127.0.0.1:${redis.port}${more}`
  beforeAll(async () => {
    makeCertificate(join(dir, 'server'), { name: 'localhost', altName: 'DNS:localhost' })
    redis = await startRedis({ tls: join(dir, 'server') })
    await redis.cli('SET', 'last', epochAgo(60))
    await redis.cli('SET', 'worker:1', epochAgo(60))
    await redis.cli('SET', 'other:worker:1', epochAgo(60))
    await redis.cli('ZADD', 'schedule', '1', 'a')
    const role = ['on', '>secret word', 'resetkeys', '-@all']
    await redis.cli('ACL', 'SETUSER', 'watch', ...role, '~worker:*', '+get', '+scan', '+type', '+time')
    await redis.cli('ACL', 'SETUSER', 'timeless', ...role, '~*', '+get')
    await redis.cli('ACL', 'SETUSER', 'keyless', ...role, '~*', '+time')
    await redis.cli('ACL', 'SETUSER', 'open', 'on', 'nopass', '~*', '+@read', '+time', '+select')
  }, 60_000)
  afterAll(async () => {
    await redis?.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  test('a role that may do nothing but read its keys is enough', async () => {
    expect(await said(as('watch:secret%20word'), { key: 'worker:*' })).toEqual({ '': '1 rows', 'worker:1': '60 s ago' })
  })

  test('a key of others that a pattern finds is said to lack a right, and hides none of the rest', async () => {
    expect(await said(as('watch:secret%20word'), { key: '*worker:*' })).toEqual({
      '': '2 rows',
      'worker:1': '60 s ago',
      'other:worker:1': 'denied: user watch has no right to read this key; run: ACL SETUSER watch ~*worker:*',
    })
  })

  test.each([
    ['last', {}, 'denied: user watch has no right to read this key; run: ACL SETUSER watch ~last'],
    ['worker:1', { field: 'a' }, 'denied: user watch has no right to run hget; run: ACL SETUSER watch +hget'],
    ['worker:1', { measure: 'ttl' }, 'denied: user watch has no right to run pttl; run: ACL SETUSER watch +pttl'],
    [
      'worker:1',
      { measure: 'idle' },
      'denied: user watch has no right to run object idletime; run: ACL SETUSER watch +object|idletime',
    ],
  ])('the right that is missing for %s is named', async (key, more, words) => {
    expect(await said(as('watch:secret%20word'), { key, ...more })).toEqual({ '': words })
  })

  test('without a right to scan nothing of a pattern is known', async () => {
    expect(await said(as('keyless:secret%20word'), { key: 'worker:*' })).toEqual({
      '': 'denied: user keyless has no right to run scan; run: ACL SETUSER keyless +scan',
    })
  })

  test.each([
    [
      'a wrong password',
      'watch:wrong',
      '',
      { kind: 'denied', message: expect.stringContaining('login refused for user watch (wrong password') },
    ],
    [
      'no such user',
      'nobody:wrong',
      '',
      { kind: 'denied', message: expect.stringContaining('login refused for user nobody') },
    ],
    [
      'a user without the password',
      'watch',
      '',
      { kind: 'denied', message: expect.stringContaining('login refused for user watch') },
    ],
    [
      'no right to tell the time',
      'timeless:secret%20word',
      '',
      { kind: 'denied', message: 'user timeless has no right to run time', cure: 'run: ACL SETUSER timeless +time' },
    ],
    [
      'no right to another database',
      'watch:secret%20word',
      '/1',
      { kind: 'denied', message: 'user watch has no right to run select', cure: 'run: ACL SETUSER watch +select' },
    ],
    [
      'a database that is not there',
      'open',
      '/99',
      { kind: 'failed', message: 'there is no database 99 (DB index is out of range)' },
    ],
    [
      'a password where none is set',
      ':secret',
      '',
      { kind: 'denied', message: 'the server has no password for the user default' },
    ],
  ])('%s is a fault of the server', async (_, user, more, fault) => {
    expect(await faultOf(as(user, more))).toMatchObject({ scope: 'source', ...fault })
  })

  test('a wrong password is shown nowhere, and tried once', async () => {
    const before = await redis.cli('INFO', 'stats')
    const fault = await faultOf(as('watch:wrong-one'))
    expect(JSON.stringify(fault)).not.toContain('wrong-one')
    const count = (text: string): number => Number(/total_connections_received:(\d+)/.exec(text)?.[1])
    // One of them is redis-cli's own.
    expect(count(await redis.cli('INFO', 'stats')) - count(before)).toBeLessThanOrEqual(2)
  })

  test('a user that needs no password, a socket and another database are read', async () => {
    expect(await said(as('open'), { key: 'last' })).toEqual({ '': '60 s ago' })
    expect(await said(`unix://${redis.socket}`, { key: 'last' })).toEqual({ '': '60 s ago' })
    expect(await said(`unix://${redis.socket}?db=1`, { key: 'last' })).toEqual({ '': 'absent: there is no key last' })
  })

  test('TLS is read with the authority that is given', async () => {
    const url = `rediss://localhost:${redis.tlsPort}?ca=${join(dir, 'server.crt')}`
    expect(await said(url, { key: 'last' })).toEqual({ '': '60 s ago' })
  })

  test.each([
    [
      'without the authority',
      (port: number) => `rediss://localhost:${port}`,
      /cannot connect with TLS \(.*self.signed/,
    ],
    [
      'by another name',
      (port: number) => `rediss://127.0.0.1:${port}?ca=${join(dir, 'server.crt')}`,
      /cannot connect with TLS/,
    ],
    [
      'with a file that is not there',
      (port: number) => `rediss://localhost:${port}?ca=/proc/nonexistent`,
      /cannot read \/proc\/nonexistent/,
    ],
  ])('TLS is refused %s', async (_, url, words) => {
    expect((await faultOf(url(redis.tlsPort)))?.message).toMatch(words)
  })

  test('where one speaks TLS and the other does not it is given up', async () => {
    expect(await faultOf(`rediss://localhost:${redis.port}`, 1)).toMatchObject({ kind: 'timeout', scope: 'source' })
    expect(await faultOf(`redis://localhost:${redis.tlsPort}`, 5)).toMatchObject({ scope: 'source' })
  })

  test('a server that is frozen is given up in time', async () => {
    redis.freeze()
    const begun = performance.now()
    const fault = await faultOf(redis.url, 0.5).finally(() => redis.thaw())
    expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'no answer for 0.5 s' })
    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  test('a server that is busy with a script is a fault of its own, and no key of it is missing', async () => {
    await redis.cli('CONFIG', 'SET', 'busy-reply-threshold', '50')
    const busy = redis.cli('EVAL', 'while true do end', '0').catch(() => '')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const fault = await faultOf(redis.url)
    await redis.cli('SCRIPT', 'KILL')
    await busy
    expect(fault).toMatchObject({
      kind: 'unreachable',
      scope: 'source',
      message: expect.stringMatching(/^the server is busy with a script \(BUSY /),
    })
  })

  test('a server with too many clients says so', async () => {
    await redis.cli('CONFIG', 'SET', 'maxclients', '1')
    const held = await parseDatabaseUrl(redis.url, { env: {}, home: '/', userName: 'u' })
    const { withRedis } = await import('../../../src/drivers/redis/redis.ts')
    const signal = AbortSignal.timeout(20_000)
    const fault = await withRedis(held as RedisTarget, { signal, timeoutMs: 10_000 }, () => faultOf(redis.url))
    await redis.cli('CONFIG', 'SET', 'maxclients', '1000')
    expect(fault).toMatchObject({ kind: 'unreachable', message: 'cannot connect (max number of clients reached)' })
  })
})

test('a refused connection, and a socket that is not there, are told', async () => {
  expect(await faultOf('redis://127.0.0.1:1')).toEqual({
    kind: 'unreachable',
    scope: 'source',
    message: 'cannot connect (connection refused)',
  })
  expect(await faultOf('unix:///proc/nonexistent.sock')).toMatchObject({
    kind: 'unreachable',
    message: 'cannot connect (no such socket /proc/nonexistent.sock)',
  })
})

const TIME = '*2\r\n$10\r\n1764439200\r\n$1\r\n0\r\n'

test.each([
  ['LOADING', 'the server is still loading its data (LOADING in memory)'],
  ['MASTERDOWN', 'the server is a replica that has lost its master (MASTERDOWN in memory)'],
  ['CLUSTERDOWN', 'the cluster is down (CLUSTERDOWN in memory)'],
])('a server that tells the time, and of a key says %s, is the fault', async (code, message) => {
  const { port } = await startPeer((socket) => answerInTurn(socket, [TIME, `-${code} in memory\r\n`]))
  expect(await faultOf(`redis://127.0.0.1:${port}`)).toMatchObject({ kind: 'unreachable', scope: 'source', message })
})

test('a key that a server gives twice is read once', async () => {
  const page = (cursor: string, ...keys: readonly string[]) =>
    `*2\r\n$1\r\n${cursor}\r\n*${keys.length}\r\n${keys.map((key) => `$3\r\n${key}\r\n`).join('')}`
  const value = '$1\r\n7\r\n'
  const answers = [TIME, page('9', 'w:1', 'w:2', 'w:1'), page('0', 'w:2', 'w:3'), value.repeat(3)]
  const { port } = await startPeer((socket) => answerInTurn(socket, answers))
  expect(await said(`redis://127.0.0.1:${port}`, { key: 'w:*', measure: 'number' })).toEqual({
    '': '3 rows',
    'w:1': '7',
    'w:2': '7',
    'w:3': '7',
  })
})

test('a key that another node has is said', async () => {
  const { port } = await startPeer((socket) => answerInTurn(socket, [TIME, '-MOVED 866 10.0.0.2:6379\r\n']))
  expect(await said(`redis://127.0.0.1:${port}`, { key: 'last' })).toEqual({
    '': 'failed: another node of the cluster has this key (MOVED 866 10.0.0.2:6379); give the URL of the node that has it: each is a database of its own here',
  })
})

test.each<[string, string | Buffer, RegExp]>([
  ['speaks another protocol', 'SSH-2.0-OpenSSH_9\r\n', /cannot be understood/],
  ['answers in RESP3', '%1\r\n+a\r\n+b\r\n', /cannot be understood/],
  ['answers what was not asked', '+OK\r\n+OK\r\n+OK\r\n', /time|lost/],
  ['announces a list that no memory holds', '*999999999\r\n', /cannot be understood/],
  ['announces lists in lists', '*900000\r\n'.repeat(7), /cannot be understood/],
  ['announces a value that no memory holds', '$4294967296\r\n', /larger than 64 MB/],
  ['tells a time that is none', '*2\r\n$3\r\nyes\r\n$2\r\nno\r\n', /does not tell the time/],
  ['tells no time', '+OK\r\n', /does not tell the time/],
])('a server that %s is given up', async (_, answer, words) => {
  const peer = await startPeer((socket) => answerInTurn(socket, [answer]))
  const fault = await faultOf(`redis://127.0.0.1:${peer.port}`, 5)
  expect(fault?.message).toMatch(words)
  expect(fault?.kind).not.toBe('timeout')
  expect(peer.connections()).toBe(1)
})

test.each([
  ['a value without an end', '$60000000\r\n', 'x'.repeat(65_536)],
  ['a line without an end', '+', 'x'.repeat(65_536)],
  ['answers without an end', '', '-ERR no\r\n'.repeat(1_000)],
])(
  'a server that says %s ends its own connection',
  async (_, first, more) => {
    const peer = await startPeer((socket) => {
      socket.once('data', () => {
        socket.write(first)
        sayForEver(socket, Buffer.from(more))
      })
    })
    expect(await faultOf(`redis://127.0.0.1:${peer.port}`, 10)).toMatchObject({ scope: 'source' })
    expect(peer.connections()).toBe(1)
  },
  20_000,
)

test('a server that hangs up is told, and not asked again', async () => {
  const peer = await startPeer((socket) => void socket.once('data', () => socket.end()))
  expect(await faultOf(`redis://127.0.0.1:${peer.port}`)).toMatchObject({ kind: 'unreachable', scope: 'source' })
  expect(peer.connections()).toBe(1)
})

test('one that never says anything is given up in time', async () => {
  const { port } = await startPeer(() => undefined)
  expect(await faultOf(`redis://127.0.0.1:${port}`, 0.3)).toEqual({
    kind: 'timeout',
    scope: 'source',
    message: 'no answer for 0.3 s',
  })
})
