import { basename, extname, resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { quote } from '../core/words/text.ts'
import type { Environment } from './postgres/target.ts'
import type { DatabaseTarget, SqliteTarget } from './target.ts'

export type { Environment } from './postgres/target.ts'
export type { DatabaseTarget, PostgresTarget } from './target.ts'
export { withPassword, withSession } from './target.ts'

const FORMS =
  'write postgres://user@host/dbname, mysql://user@host/database, redis://user@host, "host=… dbname=…", dbi:Pg:…, sqlite:PATH or a path with a / in it'

/**
 * Finds out which database is meant: a URL, libpq's keywords, a Perl DBI string, or the path of an SQLite file. What is
 * missing for PostgreSQL comes from the PG* variables and psql's defaults. Only the code for that database is loaded.
 *
 * @param text undefined if none was given: then PGHOST, PGSERVICE or PGDATABASE must be set. An empty text is an error,
 * since it mostly comes from a variable that is not set
 * @throws UsageError, which says what is wrong and then what to write, without passwords
 */
export async function parseDatabaseUrl(text: string | undefined, environment: Environment): Promise<DatabaseTarget> {
  const postgres = () => import('./postgres/target.ts')
  if (text === undefined) return (await postgres()).targetFromEnvironment(environment)
  const trimmed = text.trim()
  if (trimmed === '') throw new UsageError(`is empty (a variable that is not set?); ${FORMS}`)
  if (/^postgres(?:ql)?:\/\//i.test(trimmed)) return (await postgres()).targetFromUri(trimmed, environment)
  if (/^(?:mysql|mariadb):\/\//i.test(trimmed)) {
    const { targetFromUri } = await import('./mysql/url.ts')
    return targetFromUri(trimmed, environment)
  }
  if (/^(?:rediss?|unix):\/\//i.test(trimmed)) {
    const { targetFromUri } = await import('./redis/target.ts')
    return targetFromUri(trimmed)
  }
  if (/^dbi:/i.test(trimmed)) return await dbiTarget(trimmed, environment)
  if (/^sqlite:/i.test(trimmed)) return sqliteTarget(sqlitePath(trimmed.slice('sqlite:'.length)), environment)
  if (trimmed === ':memory:') return sqliteTarget(trimmed, environment)
  if (/^[a-z_]+\s*=/i.test(trimmed)) return (await postgres()).targetFromKeywords(trimmed, environment)
  const [, scheme] = /^([a-z][a-z0-9+.-]*):(?=\/\/|[^/]*$|\/)/i.exec(trimmed) ?? []
  if (scheme !== undefined) throw unknownScheme(scheme)
  // A URL without its scheme, or in quotes. As a path its password would be shown.
  const isPath = !/^[^/]*:[^/]*@|:\/\//.test(trimmed)
  if (isPath && /\/|\.(?:db|sqlite|sqlite3)$/i.test(trimmed)) return sqliteTarget(trimmed, environment)
  throw new UsageError(`does not say which database is meant; ${FORMS}`)
}

/**
 * Reads the files of PostgreSQL's services, where one of some databases may name a service: a file system that hangs does
 * so aside then.
 *
 * @param urls of databases, as they are written
 */
export async function withServiceFiles(
  environment: Environment,
  urls: readonly (string | undefined)[],
): Promise<Environment> {
  if (environment.serviceFiles !== undefined) return environment
  const mayBeNamed = (url: string | undefined): boolean => url !== undefined && /service/i.test(url)
  if (environment.env.PGSERVICE === undefined && !urls.some(mayBeNamed)) return environment
  const { readServiceFiles } = await import('./postgres/pgservice.ts')
  return { ...environment, serviceFiles: await readServiceFiles(environment) }
}

function unknownScheme(scheme: string): UsageError {
  const name = scheme.toLowerCase()
  if (name === 'file') return new UsageError('begins with "file:"; write sqlite:PATH')
  if (/^(?:postgres(?:ql)?|mysql|mariadb)$/.test(name)) {
    return new UsageError(`lacks "//" after ${quote(`${name}:`)}; write ${name}://user@host/dbname`)
  }
  if (/^rediss?$/.test(name)) return new UsageError(`lacks "//" after ${quote(`${name}:`)}; write ${name}://user@host`)
  // The text before a colon may be a user, and a password may follow. A scheme is short.
  const shown = scheme.length <= 12 ? ` (${quote(`${name}:`)})` : ''
  return new UsageError(`does not begin like the URL of a database${shown}; ${FORMS}`)
}

async function dbiTarget(text: string, environment: Environment): Promise<DatabaseTarget> {
  const { parseDbi } = await import('./dbi.ts')
  const dbi = parseDbi(text)
  switch (dbi.driver) {
    case 'postgres': {
      const { targetFromSettings } = await import('./postgres/target.ts')
      return targetFromSettings(dbi.settings, environment)
    }
    case 'mysql': {
      const { targetFromDbi } = await import('./mysql/url.ts')
      return targetFromDbi(dbi.source, environment)
    }
    case 'sqlite':
      return sqliteTarget(dbi.path, environment)
  }
}

/** `sqlite:PATH`, or `sqlite://PATH` for an absolute path. */
function sqlitePath(rest: string): string {
  if (!rest.startsWith('//')) return rest
  const path = rest.slice(2)
  if (path === '' || path.startsWith('/') || path.startsWith(':')) return path
  throw new UsageError('an SQLite URL has no host; write sqlite:PATH, or sqlite:///PATH for an absolute one')
}

function sqliteTarget(written: string, { home }: Environment): SqliteTarget {
  const trimmed = written.trim()
  if (trimmed === '') {
    throw new UsageError('the path of the SQLite file is empty (a variable that is not set?); write sqlite:PATH')
  }
  if (/^:memory:/i.test(trimmed)) {
    throw new UsageError('a database in memory holds nothing that another program wrote; write the path of a file')
  }
  if (trimmed.includes('\0')) {
    throw new UsageError('the path of the SQLite file has a NUL character in it; write sqlite:PATH')
  }
  // Links are not resolved: a missing file would have another identity.
  const path = resolve(trimmed.replace(/^~(?=\/)/, () => home))
  return {
    driver: 'sqlite',
    path,
    name: basename(path, extname(path)),
    shown: `sqlite:${path}`,
    identity: `sqlite:${path}`,
    secrets: [],
  }
}
