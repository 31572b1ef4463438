import { UsageError } from '../../core/errors.ts'
import type { WatchOptions } from './options.ts'

/** Names and options of a check, as the rest of the program understands them. */
export interface CheckPgsqlLine {
  readonly names: readonly string[]
  readonly options: WatchOptions
  readonly isQuiet: boolean
}

/** A number of any size. */
const ANY = '~:'

/** What check_pgsql does without a query: it connects. */
const CONNECTION = { name: 'connection', query: 'SELECT 1', measure: 'number', critical: ANY } as const

/**
 * Translates the options of check_pgsql: `-H -P -d -l -p` into a URL, `-q` with `-W` and `-C` into a number and its
 * limits. Beside these, and where there is nothing but a database, `-w` and `-c` are seconds of response, as they are there.
 *
 * @throws UsageError where two say the same
 */
export function translate(names: readonly string[], options: WatchOptions): CheckPgsqlLine {
  const { quiet, ...loud } = options
  if (quiet === '') {
    throw new UsageError('-q is followed by nothing (a variable that is not set?); write SQL behind it, or -q alone')
  }
  // `-q` is our "quiet" as well, before the name of a check: SQL has characters that no name has.
  const isSql = typeof quiet === 'string' && /[^\w.*-]/.test(quiet)
  const isName = typeof quiet === 'string' && !isSql
  if (isSql && loud.query !== undefined) throw new UsageError('-q and --query say the same; leave one out')
  return {
    names: isName ? [quiet, ...names] : names,
    options: translateQuery(translatePlace(isSql ? { ...loud, query: quiet } : loud), isSql),
    isQuiet: quiet !== undefined && !isSql,
  }
}

/** The database, and where nothing in it is to be looked at, the connection. */
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
    throw new UsageError('-W and -C are limits of what -q brings; add -q SQL')
  }
  return { ...withResponse(rest), measure: 'number', ...limitsOf(queryWarning, queryCritical) }
}

function limitsOf(warning: string | undefined, critical: string | undefined): Partial<WatchOptions> {
  if (warning === undefined && critical === undefined) return { critical: ANY }
  return { ...(warning === undefined ? {} : { warning }), ...(critical === undefined ? {} : { critical }) }
}

/** The limits are those of the response. */
function withResponse({ warning, critical, ...rest }: WatchOptions): WatchOptions {
  return {
    ...rest,
    ...(warning === undefined ? {} : { responseWarning: warning }),
    ...(critical === undefined ? {} : { responseCritical: critical }),
  }
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
  if (password !== undefined && logname === undefined) throw new UsageError('-p goes with -l; write the user as well')
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
