import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandOptions } from '../support/command.ts'
import {
  ENCODED,
  everythingFrom,
  leaksIn,
  OTHER,
  PASSWORD,
  type SetUp,
  said,
  startEcho,
  UNENCODED,
  WORD,
} from '../support/leaks.ts'
import { freePort, POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { type SmtpFixture, startSmtp } from '../support/smtp.ts'

/** Where things are while a test runs. */
interface Place {
  readonly dir: string
  readonly sqlite: string
  readonly postgresPort: number
  readonly freePort: number
  readonly smtp: { readonly open: SmtpFixture; readonly closed: SmtpFixture; readonly right: SmtpFixture }
  readonly echoPort: number
}

let place: Place
let server: TestPostgres | undefined

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-secrets-'))
  const sqlite = join(dir, 'mail.db')
  const database = new Database(sqlite)
  database.exec(`${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch(-2_525)}')`)
  database.close()
  if (postgresBinaries() !== undefined) server = await startWithPassword()
  const smtp = {
    open: await startSmtp(),
    closed: await startSmtp({ login: { user: 'u', password: OTHER } }),
    right: await startSmtp({ login: { user: 'u', password: PASSWORD } }),
  }
  const postgresPort = server?.port ?? (await freePort())
  place = { dir, sqlite, postgresPort, freePort: await freePort(), smtp, echoPort: await startEcho() }
})

afterAll(async () => {
  await server?.remove()
  await Promise.all(Object.values(place.smtp).map((fixture) => fixture.stop()))
  rmSync(place.dir, { recursive: true, force: true })
})

async function startWithPassword(): Promise<TestPostgres> {
  const postgres = await startPostgres()
  writeFileSync(join(postgres.dataDir, 'pg_hba.conf'), 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n')
  await postgres.reload()
  // Silent for the same time, however long the tests take.
  await postgres.query(`CREATE VIEW runtime_info(rt_key, rt_value) AS
    SELECT 'last_alive'::text, extract(epoch FROM now() - interval '2525 s')::text`)
  for (const [role, password] of Object.entries({ watch: PASSWORD, stranger: OTHER })) {
    await postgres.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'; GRANT SELECT ON runtime_info TO ${role}`)
  }
  return postgres
}

async function expectSecret(setUp: SetUp, words: RegExp): Promise<void> {
  const everything = await everythingFrom(setUp, { dir: place.dir, mailboxes: Object.values(place.smtp) })
  expect(leaksIn(everything)).toEqual([])
  expect(everything.get('run -v')).toMatch(words)
}

const KEY = ['--key', 'last_alive', '-c', '10m', '--name', 'mdx']
const tell = (smtp = place.smtp.open.url): readonly string[] => ['--to', ALERT, '--from', SENDER, '--smtp', smtp]
const withUrl = (url: string, env: CommandOptions['env'] = {}, more: readonly string[] = []): SetUp => ({
  watch: ['--url', url, ...KEY, ...more],
  tell: tell(),
  env: { HOME: '/proc/nonexistent', ...env },
})

describe.skipIf(postgresBinaries() === undefined)(
  `at a real server (${POSTGRES_MISSING} where skipped)`,
  { concurrent: true },
  () => {
    const at = (user: string): string => `${user}:${ENCODED}@127.0.0.1:${place.postgresPort}/postgres`
    const keywords = (user: string): string =>
      `host=127.0.0.1 port=${place.postgresPort} dbname=postgres user=${user} password='${PASSWORD}'`
    const bare = (user: string): string => `postgres://${user}@127.0.0.1:${place.postgresPort}/postgres`
    const pgpass = (): string => {
      const home = mkdtempSync(join(place.dir, 'home-'))
      const line = `127.0.0.1:${place.postgresPort}:*:*:${PASSWORD.replaceAll(':', '\\:')}\n`
      writeFileSync(join(home, '.pgpass'), line, { mode: 0o600 })
      return home
    }

    describe.each([
      ['right', 'watch', /silent for 42 min/],
      ['wrong', 'stranger', /login refused for user stranger \(wrong password, or an expired one\)/],
    ])('shows nothing of a password that is %s', (_, user, words) => {
      test.each<[string, () => SetUp]>([
        ['in a URL', () => withUrl(`postgres://${at(user)}`)],
        ['in a URL with parameters', () => withUrl(`postgres://${at(user)}?sslmode=prefer&application_name=x`)],
        ['in keywords', () => withUrl(keywords(user))],
        ['in a DBI string', () => withUrl(`Dbi:Pg:${keywords(user).replaceAll(' ', ';')}`)],
        ['in PGPASSWORD', () => withUrl(bare(user), { PGPASSWORD: PASSWORD })],
        ['in ~/.pgpass', () => withUrl(bare(user), { HOME: pgpass() })],
        ['in PGPASSFILE', () => withUrl(bare(user), { PGPASSFILE: join(pgpass(), '.pgpass') })],
      ])('%s', async (_place, setUp) => expectSecret(setUp(), words))
    })

    test.each<[string, () => SetUp, RegExp]>([
      ['a database that is missing', () => withUrl(`postgres://${at('watch')}x`), /does not exist/],
      ['encryption that is missing', () => withUrl(`postgres://${at('watch')}?sslmode=require`), /TLS|SSL|encrypt/i],
      ['a key that has a password', () => withUrl(`${bare('watch')}?sslpassword=${ENCODED}`), /login refused/],
      ['a table that is missing', () => withUrl(`postgres://${at('watch')}`, {}, ['--table', 'nowhere']), /nowhere/],
    ])('shows nothing of a password with %s', async (_, setUp, words) => expectSecret(setUp(), words))
  },
)

test.concurrent.each<[string, (at: Place) => string, RegExp]>([
  ['a refused port', (at) => `postgres://watch:${ENCODED}@127.0.0.1:${at.freePort}/mail`, /connection refused/],
  ['an unknown host', () => `postgres://watch:${ENCODED}@nohost.invalid/mail`, /cannot connect|no answer/],
  ['a port that is no number', () => `postgres://watch:${ENCODED}@db:54x2/mail`, /port that is not a number/],
  ['a port that is too high', () => `postgres://watch:${ENCODED}@db:70000/mail`, /from 1 to 65535/],
  ['bad percent-encoding', () => `postgres://watch:${ENCODED}%zz@db/mail`, /two hexadecimal digits/],
  ['bytes that are not UTF-8', () => `postgres://watch:${ENCODED}%ff@db/mail`, /not UTF-8/],
  ['neither host nor database', () => `postgres://watch:${ENCODED}@/`, /neither a host nor a database/],
  ['an unknown parameter', () => `postgres://watch:${ENCODED}@db/mail?sslmod=require`, /unknown keyword "sslmod"/],
  ['a parameter without =', () => `postgres://watch@db/mail?${ENCODED}`, /not keyword=value/],
  ['the password as a parameter', () => `postgres://watch@127.0.0.1:1/mail?password=${ENCODED}`, /connection refused/],
  ['a misspelt password parameter', () => `postgres://watch@db/mail?pasword=${ENCODED}`, /write password/],
  ['a password that is not encoded', () => `postgres://watch:${PASSWORD}@db/mail`, /%/],
  ['one without a percent sign', () => `postgres://watch:${UNENCODED}@db/mail`, /%40/],
  ['one with an @ and a slash', () => `postgres://watch:${WORD}@x/${WORD}@db/mail`, /%40/],
  ['one with a slash behind digits', () => `postgres://watch:42/${WORD}@db/mail`, /%/],
  ['one with a question mark', () => `postgres://watch:42?${WORD}@db/mail`, /cannot connect|no answer/],
  ['one with a colon and an @', () => `postgres://watch:${WORD}:${WORD}@${WORD}@db/mail`, /%40/],
  ['a user of the form of a password', () => `postgres://${ENCODED}@/?port=x`, /host|port/],
  ['a scheme without slashes', () => `postgres:watch:${PASSWORD}@db/mail`, /write/],
  ['a scheme without one slash', () => `postgres:/watch:${UNENCODED}@db/mail`, /write/],
  ['no scheme at all', () => `watch:${PASSWORD}@db/mail`, /does not say which database|does not begin like/],
  [
    'no scheme, and a password of letters',
    () => `watch:${WORD}@db/mail`,
    /does not say which database|does not begin like/,
  ],
  ['mysql', () => `mysql://watch:${ENCODED}@127.0.0.1:1/mail`, /connection refused/],
  ['mariadb', () => `mariadb://watch:${UNENCODED}@db/mail`, /write @/],
  ['a misspelt scheme', () => `postgers://watch:${UNENCODED}@db/mail`, /does not begin like/],
  ['sqlite with a host', () => `sqlite://watch:${UNENCODED}@db/mail`, /no host/],
  ['quotes around it', () => `"postgres://watch:${UNENCODED}@db/mail"`, /write/],
  ['an unknown keyword', () => `host=db dbname=mail pasword=${PASSWORD}`, /write password/],
  ['an unknown keyword before it', () => `hots=db dbname=mail password=${PASSWORD}`, /write host/],
  ['an unbalanced quote', () => `host=db dbname=mail password='${PASSWORD}`, /does not end/],
  ['a blank in it', () => `host=db dbname=mail password=x ${PASSWORD}`, /without "="/],
  ['a blank and a = in it', () => `host=db dbname=mail password=x ${PASSWORD}=y`, /unknown keyword in/],
  ['a blank before it', () => `host=db dbname=mail password= ${PASSWORD} port=x`, /port/],
  ['an unknown DBI driver', () => `dbi:Pgg:dbname=mail;password=${PASSWORD}`, /no driver for "dbi:Pgg"/],
  ['DBI for mysql', () => `dbi:mysql:mail:127.0.0.1:1;password=${PASSWORD}`, /connection refused/],
  ['DBI for mysql with a semicolon in it', () => `dbi:mysql:mail:db;password=x;${PASSWORD}`, /without "="/],
  ['DBI without a driver', () => `dbi:password=${PASSWORD}`, /names no driver/],
  ['DBI with a semicolon in it', () => `dbi:Pg:dbname=mail;host=db;password=x;${PASSWORD}`, /without "="/],
  ['DBI for SQLite', () => `dbi:SQLite:dbname=mail.db;password=${PASSWORD}`, /unknown attribute "password"/],
])('shows nothing of a password in --url with %s', async (_, url, words) => expectSecret(withUrl(url(place)), words))

test.concurrent.each<[string, (at: Place) => string, RegExp]>([
  ['that is right', (at) => at.smtp.right.url, /told mail\/alert@domain\.tld/],
  ['that is refused', (at) => `smtp://u:${ENCODED}@127.0.0.1:${at.smtp.closed.port}`, /535/],
  ['that the server repeats', (at) => `smtp://u:${ENCODED}@127.0.0.1:${at.echoPort}`, /535/],
  ['for a server without a login', (at) => `smtp://u:${ENCODED}@127.0.0.1:${at.smtp.open.port}`, /not told/],
  ['for a refused port', (at) => `smtp://u:${ENCODED}@127.0.0.1:${at.freePort}`, /not told/],
  ['for an unknown host', () => `smtps://u:${ENCODED}@nohost.invalid`, /not told/],
  ['for a host that cannot be', () => `smtp://u:${ENCODED}@ho st`, /no URL|no host/],
  ['for a port that cannot be', () => `smtp://u:${ENCODED}@host:port`, /no URL/],
  ['without a user', () => `smtp://:${ENCODED}@host`, /without a password/],
  ['that is not encoded', () => `smtp://u:${PASSWORD}@host`, /percent-encoded/],
  ['that is not encoded, with digits first', () => `smtp://u:25/${WORD}@host`, /percent-encoded/],
  ['with bad percent-encoding', () => `smtp://u:${ENCODED}%zz@host`, /%25|no URL/],
  ['with an unknown parameter', () => `smtp://u:${ENCODED}@host?tsl=none`, /unknown parameter "tsl"/],
  ['as a parameter', () => `smtp://u@host?password=${ENCODED}`, /write/],
  ['for a port of smtps', () => `smtp://u:${ENCODED}@host:465`, /write smtps/],
  ['in a URL of another kind', () => `http://u:${ENCODED}@host`, /not the URL of a mail server/],
  ['in a URL of no kind', () => `u:${PASSWORD}@host`, /not the URL of a mail server/],
])('shows nothing of a password in --smtp %s', async (_, url, words) => {
  await expectSecret({ watch: ['--url', `sqlite:${place.sqlite}`, ...KEY], tell: tell(url(place)) }, words)
})

const CHECKS = 'checks: { mdx: { database: mail, key: last_alive, critical: 10m } }'
const notifiers = (smtp: string): string => `notifiers: { ops: { mail: { to: ${ALERT}, smtp: "${smtp}" } } }`
const smtp = (port: number): string => `smtp://u:\${SMTP_PASSWORD}@127.0.0.1:${port}`
const smtpWith = (port: number): string => `smtp://u@127.0.0.1:${port}", password_file: "secret`
const postgres = (): string => `postgres://watch:${ENCODED}@127.0.0.1:${place.freePort}/mail`

/** A configuration's lines about its database, which is called mail. */
const mail = (value: string, ...more: readonly string[]): string =>
  ['databases:', `  mail: ${value}`, ...more].join('\n')

test.concurrent.each<[string, () => string, RegExp]>([
  ['a URL', () => mail(`"${postgres()}"`), /connection refused/],
  ['a URL in a variable', () => mail('"${DATABASE_URL}"'), /connection refused/],
  ['a variable in a URL', () => mail('"postgres://watch:${SMTP_PASSWORD}@127.0.0.1:1/mail"'), /connection refused/],
  ['a variable in keywords', () => mail(`"host=127.0.0.1 port=1 password='\${SMTP_PASSWORD}'"`), /connection refused/],
  ['a password file', () => mail('{ url: "host=127.0.0.1 port=1", password_file: secret }'), /connection refused/],
  ['a password file for SQLite', () => mail('{ url: mail.db, password_file: secret }'), /no password/],
  ['a password in place of its file', () => mail(`{ url: mail.db, password: "${PASSWORD}" }`), /no such key/],
  ['smtp that refuses', () => mail(place.sqlite, notifiers(smtp(place.smtp.closed.port))), /535/],
  ['a password file for smtp', () => mail(place.sqlite, notifiers(smtpWith(place.smtp.right.port))), /told ops\/alert/],
  ['a wrong password file for smtp', () => mail(place.sqlite, notifiers(smtpWith(place.smtp.closed.port))), /535/],
  [
    'a password file for smtp without a user',
    () => mail('x', notifiers('smtp://host", password_file: "secret')),
    /user/,
  ],
  ['smtp and an unset variable', () => mail(`"${postgres()}"`, notifiers('smtp://u:${NOT_SET}@host')), /not set/],
  ['smtp of a wrong scheme', () => mail('mail.db', notifiers(`stmp://u:${ENCODED}@host`)), /mail server/],
  ['a misspelt key next to it', () => mail(`{ ulr: "${postgres()}" }`), /write url/],
  ['a misspelt key of the file', () => `databses: { mail: "${postgres()}" }`, /write databases/],
  ['a URL in a list', () => mail(`["${postgres()}"]`), /list/],
  ['a URL as a key', () => `databases: { ? "${postgres()}" : x }`, /cannot be a name/],
  ['a URL as a key that stands twice', () => mail('x', `  "${postgres()}": x`, `  "${postgres()}": y`), /second time/],
  ['a URL as the name of a notifier', () => mail('mail.db', `defaults: { notify: "${postgres()}" }`), /no notifier/],
  ['a URL as a duration', () => mail('mail.db', `defaults: { warning: "${postgres()}" }`), /not a duration/],
  ['a URL as an interval', () => mail('mail.db', `defaults: { remind: "${postgres()}" }`), /not an interval/],
  ['a URL as a zone', () => `timezone: "${postgres()}"`, /not a time zone/],
  ['a URL as an address', () => `notifiers: { ops: { mail: { to: "${postgres()}" } } }`, /not a mail address/],
  ['a quote that does not end', () => mail(`"${postgres()}`), /\.yaml:\d/],
  ['a value that begins with @', () => mail(`@${PASSWORD}`), /\.yaml:2/],
  ['a value that begins with *', () => mail(`*${WORD}`), /alias/],
  ['a value that begins with !', () => mail(`!${WORD} x`), /\.yaml:2/],
  ['a value that begins with &', () => mail(`&${WORD}:x ${WORD}: y: z`), /\.yaml:\d/],
  ['a value that begins with %', () => `%${PASSWORD}\n${mail('x')}`, /\.yaml:\d/],
  ['a colon and a blank in it', () => mail(`postgres://watch: ${PASSWORD}@db/mail`), /\.yaml:2/],
  ['a wrong indentation', () => mail('x', ` two: "${postgres()}"`), /\.yaml:\d/],
  ['a tab', () => mail('x', `\ttwo: "${postgres()}"`), /\.yaml:\d/],
  ['a bad escape', () => mail(`"${WORD}\\q${postgres()}"`), /\.yaml:\d/],
  ['a text that is not YAML', () => postgres(), /\.yaml:\d/],
])('shows nothing of a password in a configuration with %s', async (_, text, words) => {
  const home = mkdtempSync(join(place.dir, 'config-'))
  const config = join(home, 'lastalive.yaml')
  writeFileSync(config, `${text()}\n${CHECKS}\n`, { mode: 0o600 })
  writeFileSync(join(home, 'secret'), `${PASSWORD}\n`, { mode: 0o600 })
  const env = { SMTP_PASSWORD: PASSWORD, DATABASE_URL: postgres() }
  await expectSecret({ watch: ['--config', config], env }, words)
})

test.concurrent.each<[string, readonly string[]]>([
  ['as a word of its own', ['run', 'URL']],
  ['behind a command that takes none', ['validate', 'URL']],
  ['in place of a command', ['URL']],
  ['behind a misspelt option', ['check', '--ulr=URL']],
  ['as a duration', ['check', '-t', 'URL']],
  ['as a format', ['run', '--format=URL']],
  ['as a time', ['check', '--now', 'URL']],
  ['as a configuration', ['check', '--config', 'URL']],
  ['as a state directory', ['run', '--url', 'x.db', '--key', 'k', '-c', '1m', '--state', 'URL']],
  ['as a lockfile', ['run', '--url', 'x.db', '--key', 'k', '-c', '1m', '--lockfile', 'URL']],
  ['as a key without a limit', ['run', '--url', 'x.db', '--key', 'URL']],
  ['as a limit of a key', ['run', '--url', 'x.db', '--key', 'k=URL']],
  ['as a key with a limit', ['run', '--url', 'x.db', '--key', 'URL?sslmode=require']],
  ['as a key that stands twice', ['run', '--url', 'x.db', '-c', '1m', '--key', 'URL', '--key', 'URL']],
  ['as a name', ['run', '--url', 'x.db', '--key', 'k', '-c', '1m', '--name', 'URL']],
  ['as an address', ['run', '--url', 'x.db', '--key', 'k', '-c', '1m', '--to', 'URL']],
  ['as a check to forget', ['clear', 'URL', '--state', '.']],
  ['as a notifier', ['test-alert', 'URL', '--url', 'x.db', '--key', 'k', '-c', '1m', '--to', 'a@b.c']],
])('shows nothing of a URL that was written %s', async (_, words) => {
  const dir = mkdtempSync(join(place.dir, 'words-'))
  mkdirSync(join(dir, 'home'))
  const url = `postgres://watch:${UNENCODED}@db/mail`
  const args = words.map((word) => word.replace('URL', url))
  const outcome = await lastalive(args, { cwd: dir, env: { HOME: join(dir, 'home') } })
  expect(outcome.code).not.toBe(0)
  expect(leaksIn(new Map([['output', said(outcome)]]))).toEqual([])
})
