import { expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { type DatabaseTarget, parseDatabaseUrl, withPassword, withSession } from '../../../src/drivers/url.ts'

const NOBODY = { env: {}, home: '/home/watch', userName: 'watch' }

function meaningOf(text: string): Promise<DatabaseTarget> {
  return parseDatabaseUrl(text, NOBODY)
}

test.each([
  ['a host', 'redis://cache', { place: { host: 'cache', port: 6379 }, db: 0, shown: 'redis://cache:6379/0' }],
  ['no host', 'redis://', { place: { host: 'localhost', port: 6379 }, shown: 'redis://localhost:6379/0' }],
  ['a port and a database', 'redis://cache:6380/3', { place: { host: 'cache', port: 6380 }, db: 3, name: 'redis-3' }],
  ['an IPv6 address', 'REDIS://[::1]:6380', { place: { host: '::1', port: 6380 }, shown: 'redis://[::1]:6380/0' }],
  ['a user and a password', 'redis://watch:p%40ss@cache', { user: 'watch', password: 'p@ss', secrets: ['p@ss'] }],
  ['a password alone', 'redis://:secret@cache', { password: 'secret', shown: 'redis://cache:6379/0' }],
  ['a password as a parameter', 'redis://cache?username=u&password=p', { user: 'u', password: 'p', secrets: ['p'] }],
  ['a socket', 'unix:///run/redis/redis.sock', { place: { path: '/run/redis/redis.sock' }, db: 0 }],
  [
    'a socket and its database',
    'unix://u:p@/r.sock?db=2',
    { place: { path: '/r.sock' }, db: 2, user: 'u', password: 'p' },
  ],
  ['TLS', 'rediss://cache', { tls: {}, shown: 'rediss://cache:6379/0' }],
  ['an authority as redis-py has it', 'rediss://cache?ssl_ca_certs=/ca.pem', { tls: { ca: '/ca.pem' } }],
  ['a certificate', 'rediss://cache?cert=/c.pem&key=/k.pem', { tls: { cert: '/c.pem', key: '/k.pem' } }],
])('a URL of Redis says %s', async (_, text, meaning) => {
  expect(await meaningOf(text)).toMatchObject({ driver: 'redis', ...meaning })
})

test.each([
  ['redis:cache', 'lacks "//" after "redis:"; write redis://user@host'],
  ['redis://cache/mail', 'names its database by something else than a number'],
  ['redis://a,b', 'several hosts are not tried in turn; write one of them'],
  ['redis://cache:70000', 'the port is not a number from 1 to 65535; write port=6379'],
  ['redis://cache?ca=/ca.pem', 'ca goes with TLS; write rediss:// in place of redis://'],
  ['rediss://cache?cert=/c.pem', 'a certificate stands without its key'],
  ['rediss://cache?certs=/c.pem', 'unknown keyword "certs" for Redis; write cert'],
  ['redis://cache?timeout=1', 'unknown keyword "timeout" for Redis; leave it out, or write one of db, user'],
  ['redis://cache?db=', 'db is empty (a variable that is not set?); write db=…, or leave it out'],
  ['unix://', 'does not name a socket by its absolute path; write unix:///run/redis/redis.sock?db=0'],
  ['unix://run/redis.sock', 'does not name a socket by its absolute path'],
  ['redis://u:p@ss@cache', 'has a second "@" before its host'],
])('%s is a mistake', async (text, words) => {
  const error = await meaningOf(text).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect(String(error)).toContain(words)
})

test('nothing of a password is shown, and it changes nothing of what tells servers apart', async () => {
  const [one, other] = [await meaningOf('redis://w:first@cache'), await meaningOf('redis://w:second@cache')]
  expect(one.identity).toBe(other.identity)
  expect(one.shown + one.identity + one.name).not.toContain('first')
  expect(withPassword(one, 'third')).toMatchObject({ password: 'third', secrets: ['first', 'third'] })
})

test.each([
  ['redis://cache', 'redis://cache/1'],
  ['redis://cache', 'redis://u@cache'],
  ['redis://cache', 'redis://cache:6380'],
  ['redis://localhost', 'unix:///localhost'],
])('%s is another than %s', async (one, other) => {
  expect((await meaningOf(one)).identity).not.toBe((await meaningOf(other)).identity)
})

test('settings of a session are refused', async () => {
  const target = await meaningOf('redis://cache')
  expect(() => withSession(target, { time_zone: 'UTC' })).toThrow('Redis has no settings of a session; leave it out')
})
