import { UsageError } from '../../core/errors.ts'
import { present } from '../../core/given.ts'
import type { WatchOptions } from './options.ts'

export interface CheckPgsqlLine {
  readonly names: readonly string[]
  readonly options: WatchOptions
  readonly isQuiet: boolean
}

const ANY = '~:'

/** Without a query check_pgsql connects, and does no more. */
const CONNECTION = { name: 'connection', query: 'SELECT 1', measure: 'number', critical: ANY } as const

/**
 * Translates the options of check_pgsql: `-H -P -d -l -p` into a URL, `-q` with `-W` and `-C` into a number and its
 * limits. With these, and with only a database, `-w` and `-c` limit the response time.
 *
 * @throws UsageError if two options say the same
 */
export function translate(names: readonly string[], options: WatchOptions): CheckPgsqlLine {
  const { quiet, ...loud } = options
  if (quiet === '') {
    throw new UsageError('-q has an empty argument (a variable that is not set?); write SQL after it, or -q alone')
  }
  // Our own `-q` is "quiet", and a check's name may follow it. Only SQL has characters that no name has.
  const isSql = typeof quiet === 'string' && /[^\w.*-]/.test(quiet)
  const isName = typeof quiet === 'string' && !isSql
  if (isSql && loud.query !== undefined) throw new UsageError('-q and --query say the same; leave one out')
  return {
    names: isName ? [quiet, ...names] : names,
    options: translateQuery(translatePlace(isSql ? { ...loud, query: quiet } : loud), isSql),
    isQuiet: quiet !== undefined && !isSql,
  }
}

function translatePlace({ hostname, port, database, logname, password, ...rest }: WatchOptions): WatchOptions {
  const place = { hostname, port, database, logname, password }
  if (Object.values(place).every((value) => value === undefined)) return rest
  if (rest.url !== undefined) throw new UsageError('--url and -H, -P, -d, -l, -p say the same; leave one out')
  const placed = { ...rest, url: urlOf(place) }
  const isBare = [rest.key, rest.query, rest.rows].every((what) => what === undefined)
  return isBare ? { ...withResponse(placed), ...CONNECTION, name: rest.name ?? CONNECTION.name } : placed
}

function translateQuery({ queryWarning, queryCritical, ...rest }: WatchOptions, isSql: boolean): WatchOptions {
  const hasLimits = queryWarning !== undefined || queryCritical !== undefined
  if (!isSql && !hasLimits) return rest
  if (rest.query === undefined || rest.query === CONNECTION.query) {
    throw new UsageError('-W and -C are limits of the number that -q gives; add -q SQL')
  }
  return { ...withResponse(rest), measure: 'number', ...limitsOf(queryWarning, queryCritical) }
}

function limitsOf(warning: string | undefined, critical: string | undefined): Partial<WatchOptions> {
  if (warning === undefined && critical === undefined) return { critical: ANY }
  return present({ warning, critical })
}

function withResponse({ warning, critical, ...rest }: WatchOptions): WatchOptions {
  return { ...rest, ...present({ responseWarning: warning, responseCritical: critical }) }
}

function urlOf(place: {
  readonly hostname: string | undefined
  readonly port: string | undefined
  readonly database: string | undefined
  readonly logname: string | undefined
  readonly password: string | undefined
}): string {
  const { hostname = '', port, database = '', logname, password } = place
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError('-P is not a port; write a number')
  if (password !== undefined && logname === undefined) throw new UsageError('-p needs a user; add -l USER')
  const login = [logname, password].filter((part) => part !== undefined).map(encodeURIComponent)
  const isSocket = hostname.startsWith('/')
  const host = isSocket ? '' : hostname.includes(':') ? `[${hostname}]` : encodeURIComponent(hostname)
  const parameters = [
    ...(isSocket ? [`host=${encodeURIComponent(hostname)}`] : []),
    ...(port !== undefined && host === '' ? [`port=${port}`] : []),
  ]
  const authority = `${login.join(':')}${login.length > 0 ? '@' : ''}${host}${host === '' || port === undefined ? '' : `:${port}`}`
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`
  return `postgresql://${authority}/${encodeURIComponent(database)}${query}`
}
