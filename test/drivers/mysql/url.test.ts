import { expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import type { MysqlTarget } from '../../../src/drivers/target.ts'
import { parseDatabaseUrl, withPassword } from '../../../src/drivers/url.ts'

const SOMEBODY = { env: { MYSQL_PWD: 'x', PGHOST: 'y' }, home: '/home/watch', userName: 'watch' }

function meaningOf(text: string): Promise<unknown> {
  return parseDatabaseUrl(text, SOMEBODY)
}

test.each<[string, string, Partial<MysqlTarget>]>([
  [
    'a URL',
    'mysql://u:p@db:3307/mail',
    { host: 'db', port: 3307, database: 'mail', user: 'u', password: 'p', secrets: ['p'] },
  ],
  ['MariaDB’s', 'MariaDB://db/mail', { host: 'db', database: 'mail' }],
  [
    'percent-encoding in all parts',
    'mysql://a%40b:p%2Fw%3A@db/m%20l',
    { user: 'a@b', password: 'p/w:', database: 'm l' },
  ],
  ['an IPv6 address', 'mysql://u@[::1]:3307/mail', { host: '::1', port: 3307 }],
  ['a URL without a host', 'mysql:///mail', { database: 'mail' }],
  ['a socket', 'mysql://u@localhost/mail?socket=/run/my.sock', { host: 'localhost', socket: '/run/my.sock' }],
  ['a mode', 'mysql://db/mail?ssl-mode=VERIFY_CA', { sslMode: 'VERIFY_CA' }],
  ['a mode in small letters', 'mysql://db/mail?ssl_mode=verify_identity', { sslMode: 'VERIFY_IDENTITY' }],
  ['a mode as psql spells it', 'mysql://db/mail?sslmode=verify-full', { sslMode: 'VERIFY_IDENTITY' }],
  ['ssl=true', 'mysql://db/mail?ssl=true', { sslMode: 'REQUIRED' }],
  ['certificates', 'mysql://db/mail?ssl-ca=/a&ssl-cert=/b&ssl-key=/c', { sslCa: '/a', sslCert: '/b', sslKey: '/c' }],
  ['a time to connect', 'mysql://db/mail?connect_timeout=3', { connectTimeout: 3 }],
  ['a parameter that overrides', 'mysql://u@db/mail?user=v', { user: 'v' }],
  [
    'an option file',
    'mysql:///mail?read-default-file=~/mail.cnf&read-default-group=mail',
    { optionFile: { path: '/home/watch/mail.cnf', isRequired: true }, optionGroup: 'mail' },
  ],
  [
    'a Perl DBI string',
    'dbi:mysql:database=mail;host=db;port=3307;user=u;password=p',
    { host: 'db', port: 3307, database: 'mail', user: 'u', password: 'p' },
  ],
  ['that of MariaDB', 'DBI:MariaDB:db=mail;mariadb_socket=/run/my.sock', { database: 'mail', socket: '/run/my.sock' }],
  ['its driver in any letters', 'dbi:MYSQL:dbname=mail;hostname=db', { database: 'mail', host: 'db' }],
  ['a DBI string of a name alone', 'dbi:mysql:mail', { database: 'mail' }],
  ['a DBI string of a place', 'dbi:mysql:mail:db:3307', { database: 'mail', host: 'db', port: 3307 }],
  ['a DBI string of a name and attributes', 'dbi:mysql:mail;host=db', { database: 'mail', host: 'db' }],
  ['colons in a value', 'dbi:mysql:mail;password=a:b', { database: 'mail', password: 'a:b' }],
  ['an address in brackets', 'dbi:mysql:mail:[::1]:3307', { host: '::1', port: 3307 }],
  ['brackets around attributes', 'dbi:mysql(RaiseError=>1):database=mail', { database: 'mail' }],
  ['encryption of Perl’s', 'dbi:mysql:mail:db;mysql_ssl=1', { sslMode: 'REQUIRED' }],
  ['optional encryption of Perl’s', 'dbi:mysql:mail:db;mysql_ssl_optional=1', { sslMode: 'PREFERRED' }],
  [
    'verification of Perl’s',
    'dbi:mysql:mail:db;mysql_ssl=1;mysql_ssl_verify_server_cert=1;mysql_ssl_ca_file=/a',
    { sslMode: 'VERIFY_IDENTITY', sslCa: '/a' },
  ],
  [
    'an option file of Perl’s',
    'dbi:mysql:mail;mysql_read_default_file=/etc/mail.cnf;mysql_read_default_group=mail',
    { optionFile: { path: '/etc/mail.cnf', isRequired: true }, optionGroup: 'mail' },
  ],
  ['attributes that change nothing', 'dbi:mysql:mail;mysql_enable_utf8mb4=1', { database: 'mail' }],
])('understands %s', async (_, text, meaning) => {
  await expect(meaningOf(text)).resolves.toMatchObject({ driver: 'mysql', ...meaning })
})

test.each([
  ['no database', 'mysql://u@db', 'names no database'],
  ['an empty database', 'mysql://u@db/', 'names no database'],
  ['an empty database in a parameter', 'mysql://u@db/?database=', 'database is empty (a variable that is not set?)'],
  ['an empty host', 'mysql:///mail?host=', 'host is empty (a variable that is not set?)'],
  ['an empty socket', 'mysql:///mail?socket=', 'socket is empty'],
  ['an empty host in a DBI string', 'dbi:mysql:database=mail;host=', 'host is empty'],
  ['an empty database in a DBI string', 'dbi:mysql:database=;host=db', 'database is empty'],
  ['an empty name in a DBI string', 'dbi:mysql:;host=db', 'database is empty'],
  ['a DBI string without a database', 'dbi:mysql:host=db', 'no database is named'],
  ['a bare DBI string', 'dbi:mysql:', 'no database is named'],
  [
    'a misspelt keyword',
    'mysql://db/mail?ssl-mod=REQUIRED',
    'unknown keyword "ssl-mod" for a MySQL database; write ssl-mode',
  ],
  ['a misspelt attribute', 'dbi:mysql:mail;mysql_sokcet=/x', '"mysql_sokcet" for a MySQL database; write socket'],
  ['a keyword of other libraries', 'mysql://db/mail?allowMultiQueries=true', 'unknown keyword "allowMultiQueries"'],
  [
    'an attribute that would matter',
    'dbi:mysql:mail;mysql_init_command=x',
    `MySQL's keyword "mysql_init_command" is not supported; leave it out`,
  ],
  ['an option of the client', 'mysql://db/mail?tls-version=TLSv1.3', `MySQL's keyword "tls-version" is not supported`],
  ['an unknown mode', 'mysql://db/mail?ssl-mode=s3cret', 'ssl-mode is not one of its values; write one of DISABLED'],
  ['a switch that is neither', 'dbi:mysql:mail;mysql_ssl=s3cret', 'ssl is neither on nor off'],
  ['several hosts', 'mysql://a,b/mail', 'several hosts'],
  ['a port in words', 'mysql://db:mysql/mail', 'port that is not a number'],
  ['a port out of range', 'dbi:mysql:mail:db:70000', 'the port is not a number from 1 to 65535; write port=3306'],
  ['a bad time to connect', 'mysql://db/mail?connect-timeout=5s', 'connect-timeout is not a whole number'],
  ['a host and a socket', 'mysql://db/mail?socket=/x', 'a host and a socket'],
  ['a slash in a password', 'mysql://u:s3/cret@db/mail', 'write @ : / ? # % in a password as %40'],
  ['an @ in a password', 'mysql://u:a@s3cret@db/mail', 'second "@"'],
  ['bad percent-encoding', 'mysql://u:s3cret%zz@db/mail', 'has a "%"'],
  ['an encoded NUL', 'mysql://db/ma%00il', 'has a "%"'],
  ['a URL without slashes', 'mysql:mail', 'lacks "//" after "mysql:"; write mysql://user@host'],
])('refuses %s', async (_, text, words) => {
  await expect(meaningOf(text)).rejects.toThrow(UsageError)
  await expect(meaningOf(text)).rejects.toThrow(words)
  await expect(meaningOf(text)).rejects.not.toThrow('s3')
  await expect(meaningOf(text)).rejects.not.toThrow('cret')
})

test('what is left out is left to the option file', async () => {
  await expect(meaningOf('mysql:///mail')).resolves.toEqual({
    driver: 'mysql',
    name: 'mail',
    shown: 'mysql:///mail',
    identity: 'mysql:///mail##',
    secrets: [],
    database: 'mail',
    userName: 'watch',
    optionFile: { path: '/home/watch/.my.cnf', isRequired: false },
    session: new Map(),
    hasOwnZone: false,
  })
})

test.each([
  ['mysql://u:s3cret@db:3307/mail', 'mysql://u@db:3307/mail'],
  ['mysql://u:s3cret@[::1]/ma%2Fil', 'mysql://u@[::1]/ma%2Fil'],
  ['dbi:mysql:mail;mysql_socket=/run/my.sock;password=s3cret', 'mysql:///mail?socket=/run/my.sock'],
])('%s can be shown, and what is shown means the same', async (text, shown) => {
  const target = await parseDatabaseUrl(text, SOMEBODY)
  const { password: _, ...again } = { password: '', ...target }
  expect(target).toMatchObject({ shown, identity: `${shown}##` })
  await expect(parseDatabaseUrl(shown, SOMEBODY)).resolves.toEqual({ ...again, secrets: [] })
})

test('another option file is another database', async () => {
  const [a, b] = await Promise.all(
    ['/a.cnf', '/b.cnf'].map((file) => parseDatabaseUrl(`mysql:///mail?read-default-file=${file}`, SOMEBODY)),
  )
  expect(a?.identity).not.toBe(b?.identity)
})

test('a password may come from elsewhere, and is then a secret', async () => {
  const target = withPassword(await parseDatabaseUrl('mysql://db/mail', SOMEBODY), 's3cret')
  expect(target).toMatchObject({ password: 's3cret', secrets: ['s3cret'] })
})
