import { expect, test } from 'vitest'
import type { PostgresHost } from '../../../src/drivers/target.ts'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'

function meaningOf(text: string, env: Readonly<Record<string, string>> = {}): Promise<DatabaseTarget> {
  return parseDatabaseUrl(text, { env, home: '/home/watch', userName: 'watch' })
}

const A = { host: 'a', port: 5432 }
const B = { host: 'b', port: 5432 }

test.each<[string, string, readonly PostgresHost[]]>([
  ['two hosts', 'host=a,b dbname=mail', [A, B]],
  [
    'one port for all',
    'host=a,b port=6000 dbname=mail',
    [
      { host: 'a', port: 6000 },
      { host: 'b', port: 6000 },
    ],
  ],
  [
    'a port for each',
    'host=a,b port=1,2',
    [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ],
  ],
  ['an empty port as the default', 'host=a,b port=,2', [A, { host: 'b', port: 2 }]],
  ['an empty host as the usual socket', 'host=a, dbname=mail', [A, { port: 5432 }]],
  [
    'addresses alone',
    'hostaddr=::1,10.0.0.1',
    [
      { hostAddress: '::1', port: 5432 },
      { hostAddress: '10.0.0.1', port: 5432 },
    ],
  ],
  ['an address for one of two', 'host=a,b hostaddr=,10.0.0.1', [A, { ...B, hostAddress: '10.0.0.1' }]],
  ['sockets and hosts', 'host=/tmp,b', [{ host: '/tmp', port: 5432 }, B]],
  [
    'two places in a URL',
    'postgres://u@a:1,b:2/mail',
    [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ],
  ],
  ['places without ports', 'postgres://u@a,b/mail', [A, B]],
  ['a place without a port', 'postgres://a,b:2/mail', [A, { host: 'b', port: 2 }]],
  [
    'IPv6 addresses',
    'postgres://[::1]:1,[::2]/mail',
    [
      { host: '::1', port: 1 },
      { host: '::2', port: 5432 },
    ],
  ],
  [
    'an encoded directory among places',
    'postgres://%2Ftmp:1,b:2/mail',
    [
      { host: '/tmp', port: 1 },
      { host: 'b', port: 2 },
    ],
  ],
  ['an encoded comma', 'postgres://a%2Cb/mail', [A, B]],
  ['places without a database', 'postgres://a,b?connect_timeout=3', [A, B]],
  [
    'one port as a parameter',
    'postgres://a,b/mail?port=2',
    [
      { host: 'a', port: 2 },
      { host: 'b', port: 2 },
    ],
  ],
  ['hosts as a parameter', 'postgres:///mail?host=a,b', [A, B]],
  ['a DBI string', 'dbi:Pg:dbname=mail;host=a,b', [A, B]],
])('understands %s', async (_, text, hosts) => {
  await expect(meaningOf(text)).resolves.toMatchObject({ hosts })
})

test.each([
  ['more ports than hosts', 'host=a,b port=1,2,3', 'there are 2 hosts and 3 ports; write one port for all hosts'],
  ['two ports for one host', 'host=a port=1,2', 'there are 1 host and 2 ports'],
  ['two ports for the usual socket', 'dbname=mail port=1,2', 'there are 1 host and 2 ports'],
  ['more addresses than hosts', 'host=a hostaddr=10.0.0.1,10.0.0.2', '1 host and 2 addresses in hostaddr; write one'],
  ['a port in words', 'host=a,b port=1,x', 'the port is not a number from 1 to 65535'],
  ['a port in words in a URL', 'postgres://a:1,b:s3cret/mail', 'has a port that is not a number'],
  ['an @ in a password behind a comma', 'postgres://u:x@a,s3cret@b/mail', 'second "@"'],
  ['an open bracket behind a comma', 'postgres://a,[::1/mail', 'brackets'],
  [
    'an unknown kind of server',
    'host=a target_session_attrs=master',
    'write one of any, read-write, read-only, primary',
  ],
  ['an unknown order', 'host=a load_balance_hosts=yes', 'write one of disable, random'],
])('refuses %s', async (_, text, words) => {
  await expect(meaningOf(text)).rejects.toThrow(words)
  await expect(meaningOf(text)).rejects.not.toThrow('s3cret')
})

test.each([
  ['the kind of server', 'host=a target_session_attrs=standby', {}, { sessionKind: 'standby' }],
  ['the kind of server in a URL', 'postgres://a/m?target_session_attrs=primary', {}, { sessionKind: 'primary' }],
  [
    'the kind of server by PGTARGETSESSIONATTRS',
    'host=a',
    { PGTARGETSESSIONATTRS: 'read-write' },
    { sessionKind: 'read-write' },
  ],
  ['an order by chance', 'host=a,b load_balance_hosts=random', {}, { isBalanced: true }],
  ['an order by chance by PGLOADBALANCEHOSTS', 'host=a,b', { PGLOADBALANCEHOSTS: 'random' }, { isBalanced: true }],
  [
    'hosts by PGHOST and PGPORT',
    'dbname=mail',
    { PGHOST: 'a,b', PGPORT: '1,2' },
    { hosts: [{ port: 1 }, { port: 2 }] },
  ],
])('takes %s', async (_, text, env, meaning) => {
  await expect(meaningOf(text, env)).resolves.toMatchObject(meaning)
})

test.each([
  ['host=a,b port=1,2 dbname=mail', 'postgres://watch@a:1,b:2/mail'],
  ['host=/tmp,::1 dbname=mail password=s3cret', 'postgres://watch@%2Ftmp:5432,[::1]:5432/mail'],
  ['host=a target_session_attrs=primary', 'postgres://watch@a:5432/watch?target_session_attrs=primary'],
  ['host=/tmp target_session_attrs=primary', 'postgres://watch@:5432/watch?host=/tmp&target_session_attrs=primary'],
  ['host=a target_session_attrs=any load_balance_hosts=random', 'postgres://watch@a:5432/watch'],
])('%s can be shown, and what is shown means the same', async (text, shown) => {
  const target = await meaningOf(text)
  expect(target.shown).toBe(shown)
  expect((await meaningOf(shown)).identity).toBe(target.identity)
})
