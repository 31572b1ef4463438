import { join, resolve } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { present } from '../../core/given.ts'
import { own } from '../../core/own.ts'
import { nearest, quote } from '../../core/words/text.ts'
import { parsePort } from '../port.ts'
import type { KeywordSettings } from '../postgres/libpq.ts'
import type { Environment } from '../postgres/target.ts'
import {
  identityOf,
  MYSQL_SSL_MODES,
  type MysqlPlace,
  type MysqlSslMode,
  type MysqlTarget,
  mergedSettings,
} from '../target.ts'

/** Keys of a URL, as messages spell them. Dashes and underscores are the same. */
const KEYWORDS = [
  'host',
  'port',
  'database',
  'user',
  'password',
  'socket',
  'ssl-mode',
  'ssl-ca',
  'ssl-cert',
  'ssl-key',
  'connect-timeout',
  'read-default-file',
  'read-default-group',
  'time-zone',
  'sql-mode',
]

/** Other spellings, without the `mysql_` or `mariadb_` of Perl's drivers. */
const ALIASES: Readonly<Record<string, string>> = {
  hostname: 'host',
  db: 'database',
  dbname: 'database',
  username: 'user',
  unix_socket: 'socket',
  timezone: 'time-zone',
  sslmode: 'ssl-mode',
  sslca: 'ssl-ca',
  ssl_ca_file: 'ssl-ca',
  sslcert: 'ssl-cert',
  ssl_client_cert: 'ssl-cert',
  sslkey: 'ssl-key',
  ssl_client_key: 'ssl-key',
}

/** Switches of Perl's drivers for encryption, the weakest first. The strongest one that is on counts. */
const SWITCHES: readonly (readonly [string, MysqlSslMode])[] = [
  ['ssl_optional', 'PREFERRED'],
  ['ssl', 'REQUIRED'],
  ['ssl_verify_server_cert', 'VERIFY_IDENTITY'],
]

const WITHOUT_EFFECT = [
  'charset',
  'enable_utf8',
  'enable_utf8mb4',
  'auto_reconnect',
  'compression',
  'client_found_rows',
  'use_result',
  'server_prepare',
  'read_timeout',
  'write_timeout',
]

/** How keys begin that MySQL's and MariaDB's clients and Perl's drivers know, and lastalive does not take. */
const NOT_TAKEN =
  /^(?:ssl-(?:cap|ci|crl)|tls-|default-|(?:get-)?server-pub|init-c|local-in|protocol|bind-a|compress|max-a|plugin-d|login-p|reconnect)/

/** Values of psql's `sslmode`, in the words of MySQL's client. */
const MODES_OF_PSQL: Readonly<Record<string, MysqlSslMode>> = {
  DISABLE: 'DISABLED',
  PREFER: 'PREFERRED',
  REQUIRE: 'REQUIRED',
  VERIFY_FULL: 'VERIFY_IDENTITY',
}

/**
 * Makes a target of a URL or a DBI string. What is missing is taken from the option file, when the target is connected.
 *
 * @throws UsageError, without passwords
 */
export function mysqlTarget(written: KeywordSettings, environment: Environment): MysqlTarget {
  const settings = canonical(written)
  const database = settings.get('database')
  if (database === undefined) throw new UsageError('no database is named; write mysql://user@host/database')
  const place = readPlace(settings)
  if (place.socket !== undefined && place.host !== undefined && place.host !== 'localhost') {
    throw new UsageError('a host and a socket are given, but a socket is always on this host; leave one of them out')
  }
  const optionFile = settings.get('read-default-file')
  const optionGroup = settings.get('read-default-group')
  const session = mergedSettings([...settings].filter(([name]) => name === 'time-zone' || name === 'sql-mode'))
  const shown = showUrl(place, database)
  return {
    driver: 'mysql',
    name: database,
    shown,
    // Another option file may lead to another server.
    identity: identityOf(`${shown}#${optionFile ?? ''}#${optionGroup ?? ''}`, [
      place.host ?? '',
      optionFile ?? '',
      optionGroup ?? '',
    ]),
    secrets: place.password === undefined ? [] : [place.password],
    database,
    ...place,
    userName: environment.userName,
    optionFile: {
      path: optionFile === undefined ? join(environment.home, '.my.cnf') : resolve(atHome(optionFile, environment)),
      isRequired: optionFile !== undefined,
    },
    ...(optionGroup !== undefined && { optionGroup }),
    session,
    hasOwnZone: session.has('time_zone'),
  }
}

function atHome(path: string, { home }: Environment): string {
  return path.replace(/^~(?=\/)/, () => home)
}

/** The settings in the spelling of KEYWORDS, without empty ones. */
function canonical(written: KeywordSettings): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  const switched = new Set<string>()
  for (const [keyword, value] of written) {
    const bare = keyword
      .toLowerCase()
      .replaceAll('-', '_')
      .replace(/^(?:mysql|mariadb)_/, '')
    const name = KEYWORDS.find((known) => known === bare.replaceAll('_', '-')) ?? own(ALIASES, bare)
    if (name !== undefined) store(settings, name, value)
    else if (SWITCHES.some(([known]) => known === bare)) switched.add(isOn(bare, value) ? bare : '')
    else if (!WITHOUT_EFFECT.includes(bare)) throw unknownKeyword(keyword)
  }
  const strongest = SWITCHES.filter(([name]) => switched.has(name)).at(-1)
  if (strongest !== undefined && !settings.has('ssl-mode')) settings.set('ssl-mode', strongest[1])
  return settings
}

function store(settings: Map<string, string>, name: string, value: string): void {
  // Empty means a variable that is not set. The default would be another database.
  if (value === '' && ['host', 'database', 'socket', 'read-default-file'].includes(name)) {
    throw new UsageError(`${name} is empty (a variable that is not set?); write ${name}=…, or leave it out`)
  }
  if (value.includes('\0')) throw new UsageError(`${name} has a NUL character in it; take it out`)
  if (value !== '') settings.set(name, value)
}

function isOn(name: string, value: string): boolean {
  if (/^(?:1|true|on|yes)$/i.test(value)) return true
  if (/^(?:0|false|off|no|)$/i.test(value)) return false
  throw new UsageError(`${name} is neither on nor off; write 1 or 0`)
}

function unknownKeyword(keyword: string): UsageError {
  const bare = keyword
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^(?:mysql|mariadb)-/, '')
  if (NOT_TAKEN.test(bare)) return new UsageError(`MySQL's keyword ${quote(keyword)} is not supported; leave it out`)
  const known = nearest(bare, KEYWORDS)
  const hint = known === undefined ? 'leave it out' : `write ${known}`
  // Other text may be the rest of a password that was not encoded.
  const shown = /^[\w-]{1,30}$/.test(keyword) ? ` ${quote(keyword)}` : ''
  return new UsageError(`unknown keyword${shown} for a MySQL database; ${hint}`)
}

/**
 * Reads place and login from a URL or an option file.
 *
 * @throws UsageError
 */
export function readPlace(settings: ReadonlyMap<string, string>): MysqlPlace {
  const port = settings.get('port')
  return present({
    host: oneHost(settings.get('host')),
    port: port === undefined ? undefined : parsePort(port, 3306),
    socket: settings.get('socket'),
    user: settings.get('user'),
    password: settings.get('password'),
    connectTimeout: parseTimeout(settings.get('connect-timeout')),
    sslMode: parseMode(settings.get('ssl-mode')),
    sslCa: settings.get('ssl-ca'),
    sslCert: settings.get('ssl-cert'),
    sslKey: settings.get('ssl-key'),
  })
}

function parseMode(text: string | undefined): MysqlSslMode | undefined {
  if (text === undefined) return undefined
  const written = text.toUpperCase().replaceAll('-', '_')
  const mode = MYSQL_SSL_MODES.find((known) => known === written) ?? own(MODES_OF_PSQL, written)
  if (mode !== undefined) return mode
  throw new UsageError(`ssl-mode is not one of its values; write one of ${MYSQL_SSL_MODES.join(', ')}`)
}

function oneHost(host: string | undefined): string | undefined {
  if (host?.includes(',') === true) throw new UsageError('several hosts are not tried in turn; write one of them')
  if (host?.includes('@') === true) throw new UsageError('the host has an "@" in it; write an @ in a password as %40')
  return host
}

/** Zero means no limit, as in MySQL's client. */
function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\s*\d{1,9}\s*$/.test(text)) {
    throw new UsageError('connect-timeout is not a whole number of seconds; write connect-timeout=5')
  }
  return Number(text) === 0 ? undefined : Number(text)
}

function showUrl({ host, port, socket, user }: MysqlPlace, database: string): string {
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`
  const place = host === undefined ? '' : host.includes(':') ? `[${host}]` : host
  const at = port === undefined ? '' : `:${port}`
  const query = socket === undefined ? '' : `?socket=${encodeURIComponent(socket).replaceAll('%2F', '/')}`
  return `mysql://${login}${place}${at}/${encodeURIComponent(database)}${query}`
}
