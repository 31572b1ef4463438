import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { nearest, quote } from '../core/text.ts'
import type { Settings } from './libpq.ts'
import { type PostgresTarget, SSL_MODES, type SslMode, type TlsChoice } from './target.ts'

/** What surrounds a connection string and fills what it leaves out. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>
  /** the user's home directory */
  readonly home: string
  /** of the operating system: the default database user */
  readonly userName: string
}

/** The keywords that are understood, each with the variable that stands in for it. */
const VARIABLES: Readonly<Record<string, string | undefined>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  channel_binding: 'PGCHANNELBINDING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  application_name: 'PGAPPNAME',
  fallback_application_name: undefined,
  options: 'PGOPTIONS',
}

/** Keywords of libpq that change nothing here as long as they say one of these; `any` is whatever they say. */
const WITHOUT_EFFECT: Readonly<Record<string, readonly string[] | 'any'>> = {
  client_encoding: 'any',
  keepalives: 'any',
  keepalives_idle: 'any',
  keepalives_interval: 'any',
  keepalives_count: 'any',
  tcp_user_timeout: 'any',
  sslcompression: 'any',
  sslsni: 'any',
  krbsrvname: 'any',
  gssencmode: ['disable', 'prefer'],
  sslnegotiation: ['postgres'],
  target_session_attrs: ['any', 'prefer-standby'],
  load_balance_hosts: ['disable'],
}

const MEANT: Readonly<Record<string, string>> = {
  database: 'dbname',
  db: 'dbname',
  name: 'dbname',
  username: 'user',
  pass: 'password',
  passwd: 'password',
  pwd: 'password',
  hostname: 'host',
  server: 'host',
  ssl: 'sslmode',
}

/**
 * Makes a target of what a connection string says, the PG* variables, and psql's defaults, in that order.
 *
 * @throws UsageError
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function targetFromSettings(written: Settings, environment: Environment): PostgresTarget {
  for (const [keyword, value] of written) checkKeyword(keyword, value)
  const get = (keyword: string): string | undefined => {
    const variable = VARIABLES[keyword]
    return notEmpty(written.get(keyword)) ?? (variable === undefined ? undefined : notEmpty(environment.env[variable]))
  }
  const hasHost = get('host') !== undefined || get('hostaddr') !== undefined
  checkService(environment, hasHost && get('dbname') !== undefined)
  if (!hasHost && get('dbname') === undefined) {
    throw new UsageError('the connection string names neither a host nor a database; write host=… dbname=…')
  }
  return describe(get, environment)
}

/** @throws UsageError where the variables do not say which database is meant */
export function targetFromEnvironment(environment: Environment): PostgresTarget {
  const { env } = environment
  if (notEmpty(env.PGHOST) !== undefined || notEmpty(env.PGDATABASE) !== undefined) {
    return targetFromSettings(new Map(), environment)
  }
  checkService(environment, false)
  throw new UsageError('no database is given; write --url postgres://user@host/dbname, or set PGHOST and PGDATABASE')
}

function checkService({ env }: Environment, isComplete: boolean): void {
  if (notEmpty(env.PGSERVICE) === undefined || isComplete) return
  throw new UsageError('PGSERVICE is set, but service files are not read; write host and dbname')
}

function checkKeyword(keyword: string, value: string): void {
  if (Object.hasOwn(VARIABLES, keyword)) {
    // An empty value is a variable that was not set: libpq's default would be another database.
    if (value === '' && ['host', 'hostaddr', 'dbname'].includes(keyword)) {
      throw new UsageError(`${keyword} is empty (a variable that is not set?); write ${keyword}=…, or leave it out`)
    }
    return
  }
  const harmless = Object.hasOwn(WITHOUT_EFFECT, keyword) ? WITHOUT_EFFECT[keyword] : undefined
  if (harmless === 'any' || harmless?.includes(value) === true) return
  if (harmless !== undefined) {
    throw new UsageError(`${keyword} can only be ${harmless.join(' or ')} here; write that, or leave it out`)
  }
  throw unknownKeyword(keyword)
}

function unknownKeyword(keyword: string): UsageError {
  const known = MEANT[keyword.toLowerCase()] ?? nearest(keyword, Object.keys(VARIABLES))
  const hint = known === undefined ? 'leave it out' : `write ${known}`
  // What is not a word may be the rest of a password that was not encoded.
  const shown = /^\w{1,30}$/.test(keyword) ? ` ${quote(keyword)}` : ''
  return new UsageError(`unknown keyword${shown} in the connection string; ${hint}`)
}

function describe(get: (keyword: string) => string | undefined, environment: Environment): PostgresTarget {
  const host = oneHost(get('host'))
  const hostAddress = oneHost(get('hostaddr'))
  const port = parsePort(get('port'))
  const user = get('user') ?? environment.userName
  const dbname = get('dbname') ?? user
  const password = get('password')
  const options = get('options')
  const connectTimeout = parseTimeout(get('connect_timeout'))
  const shown = showUrl({ host: host ?? hostAddress, port, user, dbname })
  return {
    driver: 'postgres',
    name: dbname,
    shown,
    identity: `${shown}#${hostAddress ?? ''}`,
    secrets: [password, get('sslpassword')].filter((secret) => secret !== undefined),
    ...(host !== undefined && { host }),
    ...(hostAddress !== undefined && { hostAddress }),
    port,
    dbname,
    user,
    ...(password !== undefined && { password }),
    passwordFile: get('passfile') ?? join(environment.home, '.pgpass'),
    ...(connectTimeout !== undefined && { connectTimeout }),
    applicationName: get('application_name') ?? get('fallback_application_name') ?? 'lastalive',
    ...(options !== undefined && { options }),
    tls: chooseTls(get, environment),
  }
}

function chooseTls(get: (keyword: string) => string | undefined, { home }: Environment): TlsChoice {
  const isSystem = get('sslrootcert') === 'system'
  const mode = parseMode(get('sslmode') ?? (isSystem ? 'verify-full' : 'prefer'))
  if (isSystem && mode !== 'verify-full') {
    throw new UsageError('sslrootcert=system is only safe with the host verified; write sslmode=verify-full')
  }
  const binding = get('channel_binding') ?? 'prefer'
  if (!['disable', 'prefer', 'require'].includes(binding)) {
    throw new UsageError('channel_binding is not one of its values; write disable, prefer or require')
  }
  const keyPassword = get('sslpassword')
  return {
    mode,
    rootCertificate: get('sslrootcert') ?? join(home, '.postgresql/root.crt'),
    certificate: get('sslcert') ?? join(home, '.postgresql/postgresql.crt'),
    key: get('sslkey') ?? join(home, '.postgresql/postgresql.key'),
    ...(keyPassword !== undefined && { keyPassword }),
    bound: binding === 'require',
  }
}

function parseMode(text: string): SslMode {
  const mode = SSL_MODES.find((known) => known === text)
  if (mode === undefined) throw new UsageError(`sslmode is not one of its values; write one of ${SSL_MODES.join(', ')}`)
  return mode
}

function oneHost(host: string | undefined): string | undefined {
  if (host?.includes(',') === true) throw new UsageError('several hosts are not tried in turn; write one of them')
  if (host?.includes('@') === true) throw new UsageError('the host has an "@" in it; write an @ in a password as %40')
  if (host?.includes('\0') === true) throw new UsageError('the host has a NUL character in it; write its name')
  return host
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 5432
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0
  if (text.includes(',')) throw new UsageError('several ports are not tried in turn; write one of them')
  if (port < 1 || port > 65_535) throw new UsageError('the port is not a number from 1 to 65535; write port=5432')
  return port
}

/** As in libpq, zero and below wait for ever, and one second is too short. */
function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\s*-?\d{1,9}\s*$/.test(text)) {
    throw new UsageError('connect_timeout is not a whole number of seconds; write connect_timeout=5')
  }
  const seconds = Number(text)
  return seconds <= 0 ? undefined : Math.max(2, seconds)
}

interface Address {
  readonly host: string | undefined
  readonly port: number
  readonly user: string
  readonly dbname: string
}

/** A URL that psql would take, but for the password. */
function showUrl({ host, port, user, dbname }: Address): string {
  const isDirectory = host?.startsWith('/') === true
  const place = host === undefined || isDirectory ? '' : host.includes(':') ? `[${host}]` : host
  const socket = isDirectory ? `?host=${host}` : ''
  return `postgres://${encodeURIComponent(user)}@${place}:${port}/${encodeURIComponent(dbname)}${socket}`
}

function notEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
