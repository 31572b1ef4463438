import { UsageError } from '../../core/errors.ts'
import { type KeywordSettings, parseUri } from '../postgres/libpq.ts'
import type { Environment } from '../postgres/target.ts'
import type { MysqlTarget } from '../target.ts'
import { mysqlTarget } from './target.ts'

const FORM = 'write mysql://user@host/database'

/**
 * Reads `mysql://user:password@host:port/database?ssl-mode=…`, or the same with `mariadb://`, decoded like a PostgreSQL
 * URL.
 *
 * @throws UsageError, whose message holds no part of a value
 */
export function targetFromUri(text: string, environment: Environment): MysqlTarget {
  return mysqlTarget(parseUriOfMysql(text), environment)
}

function parseUriOfMysql(text: string): KeywordSettings {
  const settings = new Map(parseUri(text))
  const database = settings.get('dbname')
  settings.delete('dbname')
  if (database !== undefined && !settings.has('database')) settings.set('database', database)
  if (!settings.has('database')) throw new UsageError(`names no database; ${FORM}`)
  return settings
}

/**
 * Reads the part after `dbi:mysql:` or `dbi:MariaDB:` in a Perl DBI string: attributes with `=` between semicolons. The
 * first may be `database`, `database:host` or `database:host:port` instead. Perl's drivers also take such a place later
 * on. Here that might be the rest of a password, and would be shown.
 *
 * @throws UsageError, whose message holds no part of a value
 * @see https://metacpan.org/pod/DBD::mysql#connect
 */
export function targetFromDbi(source: string, environment: Environment): MysqlTarget {
  return mysqlTarget(parseDbi(source), environment)
}

function parseDbi(source: string): KeywordSettings {
  const settings = new Map<string, string>()
  for (const [i, part] of source.split(';').entries()) {
    const [, key, value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(part) ?? []
    if (key !== undefined) settings.set(key, value)
    else if (i === 0 && source !== '') readPlace(part.trim(), settings)
    else if (part.trim() !== '') {
      throw new UsageError(
        'the DBI string has something without "="; write attribute=value, and the password elsewhere',
      )
    }
  }
  return settings
}

/** An IPv6 address is in brackets, so that its colons do not count. */
function readPlace(place: string, settings: Map<string, string>): void {
  const [, database = '', host, port] = /^([^:]*)(?::(\[[^\]]*\]|[^:]*)(?::(.*))?)?$/s.exec(place) ?? []
  settings.set('database', database)
  if (host !== undefined) settings.set('host', host.replace(/^\[(.*)\]$/, '$1'))
  if (port !== undefined) settings.set('port', port)
}
