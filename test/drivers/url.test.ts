import { expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import type { PostgresHost } from '../../src/drivers/target.ts'
import { type PostgresTarget, parseDatabaseUrl, withPassword } from '../../src/drivers/url.ts'

const NOBODY = { env: {}, home: '/home/watch', userName: 'watch' }

/** What a text means, as far as the row that asks about it goes. */
function meaningOf(text: string | undefined, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return parseDatabaseUrl(text, { ...NOBODY, env })
}

type Meaning = Partial<Omit<PostgresTarget, 'hosts'>> & { readonly hosts?: readonly Partial<PostgresHost>[] }

test.each<[string, string, Meaning]>([
  [
    'a URL',
    'postgres://u:p@db:5433/mail',
    { hosts: [{ host: 'db', port: 5433 }], dbname: 'mail', user: 'u', password: 'p' },
  ],
  ['its long scheme', 'postgresql://db/mail', { hosts: [{ host: 'db', port: 5432 }], dbname: 'mail', user: 'watch' }],
  ['a URL without a host', 'postgres:///mail', { dbname: 'mail' }],
  ['a user without a host', 'postgres://u@/mail', { dbname: 'mail', user: 'u' }],
  ['a database that is named like the user', 'postgres://u@db', { hosts: [{ host: 'db' }], dbname: 'u', user: 'u' }],
  [
    'percent-encoding in all parts',
    'postgres://a%40b:p%2Fw%3A@db/m%20l',
    { user: 'a@b', password: 'p/w:', dbname: 'm l' },
  ],
  ['a colon and a ? in a password', 'postgres://u:a:b?c@db/mail', { hosts: [{ host: 'db' }], password: 'a:b?c' }],
  ['an empty password as none', 'postgres://u:@db/mail', { hosts: [{ host: 'db' }], user: 'u' }],
  ['an IPv6 address', 'postgres://u@[::1]:5433/mail', { hosts: [{ host: '::1', port: 5433 }] }],
  ['an IPv6 address alone', 'postgres://[fe80::1]', { hosts: [{ host: 'fe80::1' }], dbname: 'watch' }],
  ['an encoded directory of a socket', 'postgres://%2Fvar%2Flib%2Fpg/mail', { hosts: [{ host: '/var/lib/pg' }] }],
  [
    'a directory as a parameter',
    'postgres:///mail?host=/tmp&port=5433',
    { hosts: [{ host: '/tmp', port: 5433 }], dbname: 'mail' },
  ],
  ['parameters without a database', 'postgres://db?connect_timeout=1', { hosts: [{ host: 'db' }], connectTimeout: 2 }],
  ['a parameter that overrides', 'postgres://u@db/mail?user=v', { user: 'v' }],
  ['an @ in a parameter', 'postgres://db/mail?user=watch@azure', { hosts: [{ host: 'db' }], user: 'watch@azure' }],
  [
    'an address beside the name',
    'postgres://db/mail?hostaddr=10.0.0.1',
    { hosts: [{ host: 'db', hostAddress: '10.0.0.1' }] },
  ],
  [
    'keywords',
    'host=db dbname=mail user=u password=p',
    { hosts: [{ host: 'db' }], dbname: 'mail', user: 'u', password: 'p' },
  ],
  ['spaces around =', ' host = db\tdbname =mail ', { hosts: [{ host: 'db' }], dbname: 'mail' }],
  ['a quoted value', "host=db dbname='my mail' user=u", { dbname: 'my mail', user: 'u' }],
  ['a doubled quote', "host=db dbname='it''s'", { dbname: "it's" }],
  ['escapes in quotes', String.raw`host=db password='a\'b\\c'`, { password: String.raw`a'b\c` }],
  ['escapes without quotes', String.raw`host=db password=a\ b\\c`, { password: String.raw`a b\c` }],
  ['an empty quoted password', "host=db password='' user=u", { user: 'u' }],
  ['the last of two', 'host=a host=db dbname=mail', { hosts: [{ host: 'db' }] }],
  ['an equals sign in a value', 'host=db password=a=b', { password: 'a=b' }],
  ['keywords that change nothing', 'host=db keepalives=1 gssencmode=disable', { hosts: [{ host: 'db' }] }],
  ['options', "host=db options='-c search_path=app'", { options: '-c search_path=app' }],
  [
    'a Perl DBI string',
    'Dbi:Pg:host=db;dbname=mail;user=u;password=p;port=5433',
    { hosts: [{ host: 'db', port: 5433 }], user: 'u' },
  ],
  ['its driver in any letters', 'DBI:pg:dbname=mail', { dbname: 'mail' }],
  ['db for dbname', 'dbi:Pg:db=mail;host=h', { hosts: [{ host: 'h' }], dbname: 'mail' }],
  ['database for dbname', 'dbi:Pg:database=mail', { dbname: 'mail' }],
  ['attributes in brackets', 'dbi:Pg(RaiseError=>1):dbname=mail', { dbname: 'mail' }],
  ['a semicolon in quotes', "dbi:Pg:dbname=mail;password='a;b'", { password: 'a;b' }],
  ['double quotes around a name', 'dbi:Pg:dbname="my mail";host=h', { hosts: [{ host: 'h' }], dbname: 'my mail' }],
  ['spaces and a last semicolon', 'dbi:Pg:dbname = mail ; host = h;', { hosts: [{ host: 'h' }], dbname: 'mail' }],
])('understands %s', async (_, text, meaning) => {
  await expect(meaningOf(text)).resolves.toMatchObject({ driver: 'postgres', ...meaning })
})

test.each([
  ['sqlite:/var/lib/app.db', '/var/lib/app.db'],
  ['SQLite:/var/lib/app.db', '/var/lib/app.db'],
  ['sqlite:///var/lib/app.db', '/var/lib/app.db'],
  ['sqlite:app.db', `${process.cwd()}/app.db`],
  ['sqlite:~/app.db', '/home/watch/app.db'],
  ['./app', `${process.cwd()}/app`],
  ['/var/lib/a=b:c', '/var/lib/a=b:c'],
  ['app.sqlite3', `${process.cwd()}/app.sqlite3`],
  ['dbi:SQLite:dbname=/var/lib/app.db', '/var/lib/app.db'],
  ['dbi:sqlite:database=/var/lib/app.db;sqlite_unicode=1', '/var/lib/app.db'],
  ['dbi:SQLite:/var/lib/app.db', '/var/lib/app.db'],
])('takes %s for an SQLite file', async (text, path) => {
  await expect(meaningOf(text)).resolves.toMatchObject({ driver: 'sqlite', path, shown: `sqlite:${path}`, secrets: [] })
})

test.each([
  ['an empty text', '', 'is empty (a variable that is not set?)'],
  ['blanks', '  \n', 'is empty'],
  ['an empty SQLite path', 'sqlite:', 'the path of the SQLite file is empty'],
  ['an empty absolute path', 'sqlite://', 'the path of the SQLite file is empty'],
  ['an empty DBI path', 'dbi:SQLite:dbname=', 'the path of the SQLite file is empty'],
  ['a database in memory', ':memory:', 'in memory'],
  ['that with a scheme', 'sqlite::memory:', 'in memory'],
  ['that in a DBI string', 'dbi:SQLite:dbname=:memory:', 'in memory'],
  ['a host of an SQLite file', 'sqlite://app.db', 'an SQLite URL has no host; write sqlite:PATH'],
  [
    'a keyword of libpq',
    'host=db dbname=mail require_auth=scram-sha-256',
    `libpq's keyword "require_auth" is not supported; leave it out of the connection string`,
  ],
  ['a parameter of libpq', 'postgres://db/mail?sslcrl=/x', `libpq's keyword "sslcrl" is not supported; leave it out`],
  ['a misspelt keyword', 'host=db dbnam=mail', 'unknown keyword "dbnam" in the connection string; write dbname'],
  [
    'a keyword of other libraries',
    'host=db database=mail',
    'unknown keyword "database" in the connection string; write dbname',
  ],
  ['a misspelt parameter', 'postgres://db/mail?sslmod=require', '"sslmod" in the connection string; write sslmode'],
  ['an empty service', 'service= dbname=mail', 'service is empty (a variable that is not set?)'],
  ['an unknown scheme', 'oracle://u:s3cret@db/mail', 'does not begin like the URL of a database ("oracle:")'],
  ['a file URL', 'file:/var/lib/app.db', 'write sqlite:PATH'],
  ['a URL without slashes', 'postgres:mail', 'lacks "//" after "postgres:"'],
  ['an unknown DBI driver', 'dbi:Oracle:sid=mail', 'there is no driver for "dbi:Oracle"'],
  ['a misspelt DBI driver', 'dbi:PgSQL:dbname=mail', 'there is no driver for "dbi:PgSQL"'],
  ['a DBI string without a driver', 'dbi:', 'names no driver'],
  ['an unknown SQLite attribute', 'dbi:SQLite:dbnam=/x', 'unknown attribute "dbnam"'],
  ['an empty host', 'host= dbname=mail', 'host is empty (a variable that is not set?)'],
  ['an empty database', 'host=db dbname=', 'dbname is empty'],
  ['neither host nor database', 'user=u', 'neither a host nor a database'],
  ['a bare scheme', 'postgres://', 'neither a host nor a database'],
  ['a bare DBI driver', 'dbi:Pg:', 'neither a host nor a database'],
  ['bad percent-encoding', 'postgres://u:s3cret%zz@db/mail', 'has a "%"'],
  ['an encoded NUL', 'postgres://db/ma%00il', 'has a "%"'],
  ['bytes that are not UTF-8', 'postgres://db/ma%ffil', 'not UTF-8'],
  ['a port in words', 'postgres://db:postgres/mail', 'has a port that is not a number'],
  ['a port out of range', 'host=db port=70000', 'the port is not a number from 1 to 65535'],
  ['a slash in a password', 'postgres://u:s3/cret@db/mail', 'write @ : / ? # % in a password as %40'],
  ['an @ in a password', 'postgres://u:a@s3cret@db/mail', 'second "@"'],
  ['an open bracket', 'postgres://[::1/mail', 'brackets'],
  ['a parameter without a value', 'postgres://db/mail?sslmode', 'not keyword=value'],
  ['a word among keywords', 'host=db s3cret', 'without "="'],
  ['an open quote', "host=db password='s3cret", "does not end; write the closing '"],
  ['an unknown sslmode', 'host=db sslmode=s3cret', 'sslmode is not one of its values; write one of disable, allow'],
  ['a bad connect_timeout', 'host=db connect_timeout=5s', 'connect_timeout is not a whole number'],
  ['the system authorities unverified', 'host=db sslrootcert=system sslmode=require', 'write sslmode=verify-full'],
  ['a keyword that would matter', 'host=db gssencmode=require', 'can only be disable or prefer here'],
  ['a bare word', 'mail', 'does not say which database is meant'],
  ['a URL without its scheme', 'u:s3cret@db/mail', 'does not say which database is meant'],
])('refuses %s', async (_, text, words) => {
  await expect(meaningOf(text)).rejects.toThrow(UsageError)
  await expect(meaningOf(text)).rejects.toThrow(words)
  await expect(meaningOf(text)).rejects.not.toThrow('s3')
  await expect(meaningOf(text)).rejects.not.toThrow('cret')
})

const PG = {
  PGHOST: 'env-host',
  PGPORT: '6000',
  PGDATABASE: 'env-db',
  PGUSER: 'env-user',
  PGPASSWORD: 'env-password',
  PGPASSFILE: '/env/pass',
  PGSSLMODE: 'verify-ca',
  PGSSLROOTCERT: '/env/root',
  PGSSLCERT: '/env/cert',
  PGSSLKEY: '/env/key',
  PGCONNECT_TIMEOUT: '7',
  PGAPPNAME: 'env-app',
  PGHOSTADDR: '10.0.0.9',
}

test('the PG variables fill everything that is left out', async () => {
  await expect(meaningOf('user=u', PG)).resolves.toMatchObject({
    hosts: [{ host: 'env-host', hostAddress: '10.0.0.9', port: 6000 }],
    dbname: 'env-db',
    user: 'u',
    password: 'env-password',
    passwordFile: '/env/pass',
    connectTimeout: 7,
    applicationName: 'env-app',
    secrets: ['env-password'],
    tls: { mode: 'verify-ca', rootCertificate: '/env/root', certificate: '/env/cert', key: '/env/key' },
  })
})

test('what is written goes before the PG variables', async () => {
  const text = 'host=db hostaddr=10.0.0.1 port=1 dbname=d user=u password=p sslmode=disable application_name=a'
  await expect(meaningOf(text, PG)).resolves.toMatchObject({
    hosts: [{ host: 'db', hostAddress: '10.0.0.1', port: 1 }],
    dbname: 'd',
    user: 'u',
    password: 'p',
    applicationName: 'a',
    tls: { mode: 'disable' },
  })
})

test('the defaults are psql’s', async () => {
  await expect(meaningOf('dbname=mail')).resolves.toEqual({
    driver: 'postgres',
    name: 'mail',
    shown: 'postgres://watch@:5432/mail',
    identity: 'postgres://watch@:5432/mail#',
    secrets: [],
    hosts: [{ port: 5432 }],
    isBalanced: false,
    sessionKind: 'any',
    dbname: 'mail',
    user: 'watch',
    passwordFile: '/home/watch/.pgpass',
    applicationName: 'lastalive',
    session: new Map(),
    hasOwnZone: false,
    tls: {
      mode: 'prefer',
      rootCertificate: '/home/watch/.postgresql/root.crt',
      certificate: '/home/watch/.postgresql/postgresql.crt',
      key: '/home/watch/.postgresql/postgresql.key',
      bound: false,
    },
  })
})

test.each([
  ['PGHOST alone serves', { PGHOST: 'db' }, { hosts: [{ host: 'db' }], dbname: 'watch' }],
  ['PGDATABASE alone serves', { PGDATABASE: 'mail' }, { dbname: 'mail' }],
])('without a text %s', async (_, env, meaning) => {
  await expect(meaningOf(undefined, env)).resolves.toMatchObject(meaning)
})

test.each([
  ['without a text, nothing set is an error', undefined, {}, 'no database is given; write --url'],
  ['without a text, PGUSER alone is an error', undefined, { PGUSER: 'u' }, 'no database is given'],
  ['an empty text is an error whatever is set', '', { PGHOST: 'db' }, 'is empty'],
])('%s', async (_, text, env, words) => {
  await expect(meaningOf(text, env)).rejects.toThrow(words)
})

test.each([
  ['postgres://u:s3cret@db:5433/mail', 'mail', 'postgres://u@db:5433/mail'],
  ['postgres://u:s3cret@[::1]/mail', 'mail', 'postgres://u@[::1]:5432/mail'],
  ['host=/tmp dbname=mail password=s3cret', 'mail', 'postgres://watch@:5432/mail?host=/tmp'],
  ['sqlite:/var/lib/app.v2.db', 'app.v2', 'sqlite:/var/lib/app.v2.db'],
])('%s has a name and can be shown', async (text, name, shown) => {
  await expect(parseDatabaseUrl(text, NOBODY)).resolves.toMatchObject({ name, shown })
})

test('the password is no part of the identity', async () => {
  const { identity } = await parseDatabaseUrl('postgres://u:a@db/mail', NOBODY)
  await expect(parseDatabaseUrl('postgres://u:b@db/mail', NOBODY)).resolves.toMatchObject({ identity })
})

test('what is shown means the same database', async () => {
  const target = await parseDatabaseUrl('postgres://a%2Fb@/m%3Fl?host=/tmp&port=5433', NOBODY)
  await expect(parseDatabaseUrl(target.shown, NOBODY)).resolves.toEqual(target)
})

test('a password may come from elsewhere, and is then a secret', async () => {
  const target = withPassword(await parseDatabaseUrl('postgres://db/mail', NOBODY), 's3cret')
  expect(target).toMatchObject({ password: 's3cret', secrets: ['s3cret'] })
})

test.each([
  ['an empty one', 'postgres://db/mail', '', 'the password is empty'],
  ['one for a file', 'sqlite:/x.db', 's3cret', 'an SQLite file takes no password'],
])('refuses %s as a password', async (_, text, password, words) => {
  const target = await parseDatabaseUrl(text, NOBODY)
  expect(() => withPassword(target, password)).toThrow(words)
})
