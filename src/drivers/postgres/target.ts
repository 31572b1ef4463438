import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { own } from '../../core/own.ts'
import { nearest, quote } from '../../core/words/text.ts'
import { identityOf, mergedSettings, type PostgresTarget, SERVER_KINDS, SSL_MODES, type TlsChoice } from '../target.ts'
import { parseHosts, showHostsUrl } from './host-list.ts'
import { type KeywordSettings, parseKeywords, parseUri } from './libpq.ts'
import { readService, type Service, type ServicePlaces } from './pgservice.ts'

/** What fills in what a connection string leaves out. */
export interface Environment extends ServicePlaces {
  /** of the operating system: the default database user */
  readonly userName: string
}

/** The keywords that are understood, each with its variable. */
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
  service: 'PGSERVICE',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
}

/** Keywords of libpq that change nothing here with these values; `any` means with every value. */
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
}

/** Keywords of libpq that are not supported. https://www.postgresql.org/docs/current/libpq-connect.html */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  ...['require_auth', 'sslcertmode', 'sslcrl', 'sslcrldir', 'ssl_min_protocol_version', 'ssl_max_protocol_version'],
  ...['sslkeylogfile', 'requiressl', 'requirepeer', 'gsslib', 'gssdelegation', 'replication', 'servicefile'],
  ...['min_protocol_version', 'max_protocol_version', 'scram_client_key', 'scram_server_key'],
  ...['oauth_issuer', 'oauth_client_id', 'oauth_client_secret', 'oauth_scope', 'authtype', 'tty'],
])

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

type Get = (keyword: string) => string | undefined

/** @throws UsageError for a URL that cannot be used */
export function targetFromUri(text: string, environment: Environment): PostgresTarget {
  return targetFromSettings(parseUri(text), environment)
}

/** @throws UsageError for keywords that cannot be used */
export function targetFromKeywords(text: string, environment: Environment): PostgresTarget {
  return targetFromSettings(parseKeywords(text), environment)
}

/**
 * Makes a target of a connection string, its service, the PG* variables and psql's defaults, in that order.
 *
 * @throws UsageError
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function targetFromSettings(written: KeywordSettings, environment: Environment): PostgresTarget {
  for (const [keyword, value] of written) checkKeyword(keyword, value)
  const fromEnvironment = (keyword: string): string | undefined => {
    const variable = own(VARIABLES, keyword)
    return variable === undefined ? undefined : notEmpty(own(environment.env, variable))
  }
  const name = written.get('service') ?? fromEnvironment('service')
  const service = name === undefined ? undefined : serviceNamed(name, environment)
  const get: Get = (keyword) =>
    notEmpty(written.get(keyword)) ?? notEmpty(service?.settings.get(keyword)) ?? fromEnvironment(keyword)
  if (service === undefined && ['host', 'hostaddr', 'dbname'].every((keyword) => get(keyword) === undefined)) {
    throw new UsageError('the connection string names neither a host nor a database; write host=… dbname=…')
  }
  return describe(get, environment)
}

/** @throws UsageError if the variables name no database */
export function targetFromEnvironment(environment: Environment): PostgresTarget {
  const { env } = environment
  if ([env.PGHOST, env.PGSERVICE, env.PGDATABASE].some((value) => notEmpty(value) !== undefined)) {
    return targetFromSettings(new Map(), environment)
  }
  throw new UsageError(
    'no database is given; write --url postgres://user@host/dbname, or set PGHOST and PGDATABASE, or PGSERVICE',
  )
}

function serviceNamed(name: string, environment: Environment): Service {
  const service = readService(name, environment)
  for (const [keyword, value] of service.settings) {
    try {
      checkKeyword(keyword, value, 'this service')
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      throw new UsageError(`${service.placeOf(keyword)}: ${error.message}`)
    }
  }
  return service
}

function checkKeyword(keyword: string, value: string, where = 'the connection string'): void {
  if (Object.hasOwn(VARIABLES, keyword)) {
    // Empty means a variable that is not set. libpq's default would be another database.
    if (value === '' && ['host', 'hostaddr', 'dbname', 'service'].includes(keyword)) {
      throw new UsageError(`${keyword} is empty (a variable that is not set?); write ${keyword}=…, or leave it out`)
    }
    return
  }
  const harmless = own(WITHOUT_EFFECT, keyword)
  if (harmless === 'any' || harmless?.includes(value) === true) return
  if (harmless !== undefined) {
    throw new UsageError(`${keyword} can only be ${harmless.join(' or ')} here; write that, or leave it out`)
  }
  throw unknownKeyword(keyword, where)
}

function unknownKeyword(keyword: string, where: string): UsageError {
  if (NOT_TAKEN.has(keyword)) {
    return new UsageError(`libpq's keyword ${quote(keyword)} is not supported; leave it out of ${where}`)
  }
  const known = own(MEANT, keyword.toLowerCase()) ?? nearest(keyword, Object.keys(VARIABLES))
  const hint = known === undefined ? 'leave it out' : `write ${known}`
  // Other text may be the rest of a password that was not encoded.
  const shown = /^\w{1,30}$/.test(keyword) ? ` ${quote(keyword)}` : ''
  return new UsageError(`unknown keyword${shown} in ${where}; ${hint}`)
}

function describe(get: Get, environment: Environment): PostgresTarget {
  const hosts = parseHosts({ host: get('host'), hostaddr: get('hostaddr'), port: get('port') })
  const sessionKind = oneOf('target_session_attrs', get('target_session_attrs') ?? 'any', SERVER_KINDS)
  const balance = oneOf('load_balance_hosts', get('load_balance_hosts') ?? 'disable', ['disable', 'random'])
  const user = get('user') ?? environment.userName
  const dbname = get('dbname') ?? user
  const password = get('password')
  const options = get('options')
  const connectTimeout = parseTimeout(get('connect_timeout'))
  const shown = showHostsUrl({ hosts, user, dbname, sessionKind })
  return {
    driver: 'postgres',
    name: dbname,
    shown,
    identity: identityOf(
      `${shown}#${hosts.map(({ hostAddress = '' }) => hostAddress).join(',')}`,
      hosts.flatMap(({ host = '', hostAddress = '' }) => [host, hostAddress]),
    ),
    secrets: [password, get('sslpassword')].filter((secret) => secret !== undefined),
    hosts,
    isBalanced: balance === 'random',
    sessionKind,
    dbname,
    user,
    ...(password !== undefined && { password }),
    passwordFile: get('passfile') ?? join(environment.home, '.pgpass'),
    ...(connectTimeout !== undefined && { connectTimeout }),
    applicationName: get('application_name') ?? get('fallback_application_name') ?? 'lastalive',
    ...(options !== undefined && { options }),
    ...sessionOf(options, environment),
    tls: chooseTls(get, environment),
  }
}

/** Reads the variables by which psql sets up its sessions, and whether they or the options set the zone. */
function sessionOf(options: string | undefined, { env }: Environment): Pick<PostgresTarget, 'session' | 'hasOwnZone'> {
  const [zone, dateStyle] = [notEmpty(env.PGTZ), notEmpty(env.PGDATESTYLE)]
  const session = mergedSettings(
    dateStyle === undefined ? [] : [['datestyle', dateStyle]],
    zone === undefined ? [] : [['time_zone', zone]],
  )
  return { session, hasOwnZone: zone !== undefined || /(?:-c\s*|--)time[-_]?zone\s*=/i.test(options ?? '') }
}

function chooseTls(get: Get, { home }: Environment): TlsChoice {
  const isSystem = get('sslrootcert') === 'system'
  const mode = oneOf('sslmode', get('sslmode') ?? (isSystem ? 'verify-full' : 'prefer'), SSL_MODES)
  if (isSystem && mode !== 'verify-full') {
    throw new UsageError('sslrootcert=system is only safe with the host verified; write sslmode=verify-full')
  }
  const binding = oneOf('channel_binding', get('channel_binding') ?? 'prefer', ['disable', 'prefer', 'require'])
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

function oneOf<Value extends string>(keyword: string, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text)
  if (found !== undefined) return found
  throw new UsageError(`${keyword} is not one of its values; write one of ${values.join(', ')}`)
}

/** As in libpq, zero and below mean no limit, and one second is too short. */
function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\s*-?\d{1,9}\s*$/.test(text)) {
    throw new UsageError('connect_timeout is not a whole number of seconds; write connect_timeout=5')
  }
  const seconds = Number(text)
  return seconds <= 0 ? undefined : Math.max(2, seconds)
}

function notEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
