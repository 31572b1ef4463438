import { UsageError } from '../../core/errors.ts'
import { present } from '../../core/given.ts'
import { own } from '../../core/own.ts'
import { nearest, quote } from '../../core/words/text.ts'
import { parsePort } from '../port.ts'
import { type KeywordSettings, parseUri } from '../postgres/libpq.ts'
import { identityOf, type RedisTarget, type RedisTls } from '../target.ts'

const PORT = 6379
const FORM = 'write redis://user@host:6379/0, rediss://user@host or unix:///path?db=0'

/** What may stand behind the `?`, in the spelling that is told. */
const KEYWORDS = ['db', 'user', 'password', 'ca', 'cert', 'key']

/** How redis-py and redis-cli spell the same. */
const ALIASES: Readonly<Record<string, string>> = {
  username: 'user',
  ssl_ca_certs: 'ca',
  cacert: 'ca',
  ssl_certfile: 'cert',
  ssl_keyfile: 'key',
}

/**
 * Reads `redis://user:password@host:port/db`, the same with `rediss://` for TLS, or `unix://user:password@/path?db=0`,
 * decoded as a PostgreSQL URL is.
 *
 * @throws UsageError, whose message holds no part of a value
 */
export function targetFromUri(text: string): RedisTarget {
  const scheme = text.slice(0, text.indexOf(':')).toLowerCase()
  const settings = canonical(parseUri(text))
  const written = settings.get('dbname')
  const isSocket = scheme === 'unix'
  const place = isSocket ? socketOf(settings) : { host: hostOf(settings), port: portOf(settings) }
  const tls = tlsOf(settings, scheme)
  const db = dbOf(settings.get('db') ?? (isSocket ? undefined : written))
  const [user, password] = [settings.get('user'), settings.get('password')]
  const shown = showUrl({ scheme, place, user, db })
  return {
    driver: 'redis',
    name: db === 0 ? 'redis' : `redis-${db}`,
    shown,
    identity: identityOf(shown, [...Object.values(place), user ?? ''].map(String)),
    secrets: password === undefined ? [] : [password],
    place,
    db,
    ...present({ user, password, tls }),
  }
}

/** The settings by the spelling of KEYWORDS. */
function canonical(written: KeywordSettings): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  for (const [keyword, value] of written) {
    const bare = keyword.toLowerCase()
    const name = ['host', 'port', 'dbname', ...KEYWORDS].find((known) => known === bare) ?? own(ALIASES, bare)
    if (name === undefined) throw unknownKeyword(keyword)
    if (value.includes('\0')) throw new UsageError(`${name} has a NUL character in it; take it out`)
    if (value === '')
      throw new UsageError(`${name} is empty (a variable that is not set?); write ${name}=…, or leave it out`)
    settings.set(name, value)
  }
  return settings
}

function unknownKeyword(keyword: string): UsageError {
  const known = nearest(keyword.toLowerCase(), KEYWORDS)
  // What is not a word may be the rest of a password that was not encoded.
  const shown = /^[\w-]{1,30}$/.test(keyword) ? ` ${quote(keyword)}` : ''
  return new UsageError(
    `unknown keyword${shown} for Redis; ${known === undefined ? `leave it out, or write one of ${KEYWORDS.join(', ')}` : `write ${known}`}`,
  )
}

function socketOf(settings: ReadonlyMap<string, string>): { readonly path: string } {
  const path = settings.get('dbname')
  if (path === undefined || settings.has('host') || settings.has('port')) {
    throw new UsageError('does not name a socket by its absolute path; write unix:///run/redis/redis.sock?db=0')
  }
  return { path: `/${path}` }
}

function hostOf(settings: ReadonlyMap<string, string>): string {
  const host = settings.get('host') ?? 'localhost'
  if (host.includes(',')) throw new UsageError('several hosts are not tried in turn; write one of them')
  if (host.includes('@')) throw new UsageError('the host has an "@" in it; write an @ in a password as %40')
  return host
}

function portOf(settings: ReadonlyMap<string, string>): number {
  const port = settings.get('port')
  return port === undefined ? PORT : parsePort(port, PORT)
}

function dbOf(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`names its database by something else than a number; ${FORM}`)
  return Number(text)
}

function tlsOf(settings: ReadonlyMap<string, string>, scheme: string): RedisTls | undefined {
  const [ca, cert, key] = [settings.get('ca'), settings.get('cert'), settings.get('key')]
  if (scheme !== 'rediss') {
    const odd = ['ca', 'cert', 'key'].find((name) => settings.has(name))
    if (odd === undefined) return undefined
    throw new UsageError(`${odd} goes with TLS; write rediss:// in place of ${scheme}://`)
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('a certificate stands without its key, or a key without its certificate; write cert and key')
  }
  return {
    ...present({ ca, cert, key }),
  }
}

/** A URL that means the same database, but for the password and what proves it. */
function showUrl({
  scheme,
  place,
  user,
  db,
}: Pick<RedisTarget, 'place' | 'db'> & { readonly scheme: string; readonly user: string | undefined }): string {
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`
  if ('path' in place) return `${scheme}://${login}${encodeURI(place.path)}?db=${db}`
  const host = place.host.includes(':') ? `[${place.host}]` : place.host
  return `${scheme}://${login}${host}:${place.port}/${db}`
}
