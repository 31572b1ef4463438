import { UsageError } from '../core/errors.ts'
import { parseUri, type Settings } from './libpq.ts'

const FORM = 'write mysql://user@host/database'

/**
 * Reads `mysql://user:password@host:port/database?ssl-mode=…`, or the same with `mariadb://`, decoded as a PostgreSQL
 * URL is.
 *
 * @throws UsageError, whose message holds no part of a value
 */
export function parseMysqlUri(text: string): Settings {
  const settings = new Map(parseUri(text))
  const database = settings.get('dbname')
  settings.delete('dbname')
  if (database !== undefined && !settings.has('database')) settings.set('database', database)
  if (!settings.has('database')) throw new UsageError(`<url> names no database; ${FORM}`)
  return settings
}

/**
 * Reads what follows `dbi:mysql:` or `dbi:MariaDB:` in a Perl DBI string, as those drivers do: attributes with `=`
 * between semicolons, or `database:host:port`.
 *
 * @throws UsageError, whose message holds no part of a value
 * @see https://metacpan.org/pod/DBD::mysql#connect
 */
export function parseMysqlDbi(source: string): Settings {
  const settings = new Map<string, string>()
  for (const part of source.match(/(?:\[[^\]]*\]|[^:;])+|(?<=^|[:;])(?=[:;])/g) ?? []) {
    const [, key, value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(part) ?? []
    const name = key ?? PLACES.find((place) => !settings.has(place))
    if (name !== undefined) settings.set(ALIASES[name] ?? name, bracketless(key === undefined ? part.trim() : value))
  }
  return settings
}

/** An IPv6 address stands in brackets, so that its colons divide nothing. */
function bracketless(value: string): string {
  return value.replace(/^\[([\da-f:.]+)\]$/i, '$1')
}

/** What parts without `=` are, in turn. */
const PLACES = ['database', 'host', 'port']

const ALIASES: Readonly<Record<string, string>> = { db: 'database', dbname: 'database', hostname: 'host' }
