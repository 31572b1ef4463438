import { UsageError } from '../../core/errors.ts'
import { percentDecoded } from '../../core/words/percent.ts'

/** The keywords of a connection string with their values. The last of two wins. */
export type KeywordSettings = ReadonlyMap<string, string>

const PASSWORD_HINT = 'write @ : / ? # % in a password as %40 %3A %2F %3F %23 %25'

/**
 * Reads a string of keywords and values: `host=db dbname='my db'`.
 *
 * A doubled quote within quotes is one quote, which libpq refuses. Everything else is as in libpq.
 *
 * @throws UsageError, whose message holds no part of a value
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
 */
export function parseKeywords(text: string): KeywordSettings {
  const settings = new Map<string, string>()
  let rest = text.trimStart()
  while (rest !== '') {
    const keyword = /^([^\s=]+)\s*=\s*/.exec(rest)
    if (keyword === null) {
      throw new UsageError(
        'the connection string has something without "="; write keyword=value, and quote a value with spaces',
      )
    }
    checkBlank(keyword[0], rest.slice(keyword[0].length))
    const [value, length] = readValue(rest.slice(keyword[0].length))
    settings.set(keyword[1] ?? '', value)
    rest = rest.slice(keyword[0].length + length).trimStart()
  }
  return settings
}

/** In `host= dbname=mail` libpq reads `dbname=mail` as the host. Most often a variable is not set. */
function checkBlank(keyword: string, rest: string): void {
  if (!/=\s+$/.test(keyword) || !/^[a-z_]+=/i.test(rest)) return
  const name = keyword.slice(0, keyword.indexOf('=')).trim()
  throw new UsageError(`${name} is empty (a variable that is not set?); write ${name}=…, or leave it out`)
}

const QUOTED = /^'((?:[^'\\]|''|\\.)*)'/s
const BARE = /^(?:[^\s\\]|\\.)*\\?/s

function readValue(text: string): readonly [string, number] {
  if (!text.startsWith("'")) {
    const bare = BARE.exec(text)?.[0] ?? ''
    return [bare.replaceAll(/\\(.?)/gs, '$1'), bare.length]
  }
  const quoted = QUOTED.exec(text)
  if (quoted === null) throw new UsageError("a quoted value in the connection string does not end; write the closing '")
  const inner = quoted[1] ?? ''
  return [inner.replaceAll(/\\(.)|''/gs, (_, escaped: string | undefined) => escaped ?? "'"), quoted[0].length]
}

/**
 * Reads `postgres://user:password@host:port/dbname?keyword=value` as libpq does. The user's part ends at the first `@`
 * before the first `/`. Everything is percent-decoded. A host may be the encoded directory of a socket. Several hosts
 * have commas between them: `a:5432,b:5433`.
 *
 * @throws UsageError, whose message shows nothing of the URL, and continues a sentence about it
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function parseUri(text: string): KeywordSettings {
  const rest = text.slice(text.indexOf('://') + 3)
  const settings = new Map<string, string>()
  const store = (keyword: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') settings.set(keyword, decode(value))
  }
  const at = /^[^@/]*@/.exec(rest)?.[0] ?? ''
  const [, user, password] = /^([^:]*)(?::(.*))?@$/s.exec(at) ?? []
  store('user', user)
  store('password', password)
  const place = readPlaces(rest.slice(at.length))
  store('host', place.host)
  store('port', place.port)
  const [, dbname, query] = /^(?:\/([^?]*))?(?:\?(.*))?$/s.exec(place.rest) ?? []
  // Most often the rest of a password with a slash in it. It is not shown, since it would be half of the password.
  if (dbname?.includes('@') === true) throw new UsageError(`has an "@" behind its host; ${PASSWORD_HINT}`)
  store('dbname', dbname)
  for (const [keyword, value] of readQuery(query)) settings.set(keyword, value)
  return settings
}

interface UrlParts {
  readonly host: string
  readonly port: string
  readonly rest: string
}

/** The hosts and ports before the `/` or `?`, as lists with commas like libpq's. */
function readPlaces(text: string): UrlParts {
  if (/^[^/?]*@/.test(text)) throw new UsageError(`has a second "@" before its host; ${PASSWORD_HINT}`)
  const places = [readPlace(text)]
  for (let last = places[0]; last?.rest.startsWith(',') === true; ) {
    last = readPlace(last.rest.slice(1))
    places.push(last)
  }
  const list = (part: 'host' | 'port'): string => places.map((place) => place[part]).join(',')
  return { host: list('host'), port: list('port'), rest: places.at(-1)?.rest ?? '' }
}

function readPlace(text: string): UrlParts {
  const bracketed = /^\[([^\]]+)\](?=[:/?,]|$)/.exec(text)
  if (text.startsWith('[') && bracketed === null) {
    throw new UsageError('has brackets that do not hold an IPv6 address; write [::1]:5432')
  }
  const host = bracketed?.[0] ?? /^[^:/?,]*/.exec(text)?.[0] ?? ''
  const [found = '', port = ''] = /^:([^/?,]*)/.exec(text.slice(host.length)) ?? []
  // The port may be the beginning of a password, so it is not shown.
  if (/\D/.test(port)) throw new UsageError(`has a port that is not a number; ${PASSWORD_HINT}`)
  return { host: bracketed?.[1] ?? host, port, rest: text.slice(host.length + found.length) }
}

function readQuery(query: string | undefined): readonly (readonly [string, string])[] {
  if (query === undefined || query === '') return []
  return query.split('&').map((parameter) => {
    const parts = parameter.split('=')
    if (parts.length !== 2) {
      throw new UsageError('has a parameter that is not keyword=value; write = as %3D in a value')
    }
    const keyword = decode(parts[0] ?? '')
    const value = decode(parts[1] ?? '')
    // The spelling of JDBC, which libpq takes, too.
    return keyword === 'ssl' && value === 'true' ? ['sslmode', 'require'] : [keyword, value]
  })
}

function decode(text: string): string {
  if (/%(?![0-9a-f]{2})|%00/i.test(text)) {
    throw new UsageError('has a "%" that two hexadecimal digits do not follow; write %25 for a percent sign')
  }
  const decoded = percentDecoded(text)
  if (decoded !== undefined) return decoded
  throw new UsageError('has percent-encoded bytes that are not UTF-8; encode its text as UTF-8')
}
