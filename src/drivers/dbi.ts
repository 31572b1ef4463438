import { UsageError } from '../core/errors.ts'
import { nearest, quote } from '../core/words/text.ts'
import { type KeywordSettings, parseKeywords } from './postgres/libpq.ts'

export type DbiString =
  | { readonly driver: 'postgres'; readonly settings: KeywordSettings }
  | { readonly driver: 'mysql'; readonly source: string }
  | { readonly driver: 'sqlite'; readonly path: string }

const DRIVERS = ['Pg', 'mysql', 'MariaDB', 'SQLite']
const FORMS = 'write dbi:Pg:dbname=…, dbi:mysql:database=… or dbi:SQLite:dbname=…'
const SQLITE_NAMES = ['dbname', 'db', 'database']

/**
 * Reads the data source name of Perl's DBI, as DBD::Pg, DBD::mysql, DBD::MariaDB and DBD::SQLite do:
 * `dbi:Pg:dbname=mail;host=db`, `dbi:mysql:database=mail;host=db`, `dbi:SQLite:dbname=/path`, `dbi:SQLite:/path`. The
 * driver's name may have capitals. Attributes in brackets are ignored.
 *
 * @throws UsageError, whose message holds no part of a value
 * @see https://metacpan.org/pod/DBI#parse_dsn
 */
export function parseDbi(text: string): DbiString {
  const [, driver = '', source] = /^dbi:(\w*)(?:\([^)]*\))?:(.*)$/is.exec(text) ?? []
  if (source === undefined) {
    throw new UsageError(`the DBI string names no driver; ${FORMS}`)
  }
  switch (driver.toLowerCase()) {
    case 'pg':
      return { driver: 'postgres', settings: parsePg(source) }
    case 'mysql':
    case 'mariadb':
      return { driver: 'mysql', source }
    case 'sqlite':
      return { driver: 'sqlite', path: parseSqlite(source) }
  }
  const known = nearest(driver, DRIVERS)
  const hint = known === undefined ? FORMS : `write dbi:${known}:…`
  throw new UsageError(`there is no driver for ${quote(`dbi:${driver}`)}; ${hint}`)
}

/** DBD::Pg turns semicolons outside quotes into spaces, and gives the rest to libpq. */
function parsePg(source: string): KeywordSettings {
  const spaced = source
    // DBD::Pg reads double quotes around the database's name as single ones.
    .replace(/\b(?:dbname|database|db)\s*=\s*"[^"]*"/i, (name) => name.replaceAll('"', "'"))
    .replaceAll(/'(?:[^'\\]|\\.)*'|\\.|;/gs, (part) => (part === ';' ? ' ' : part))
  const settings = new Map(parseKeywords(spaced))
  for (const alias of ['db', 'database']) {
    const value = settings.get(alias)
    if (value === undefined) continue
    settings.delete(alias)
    settings.set('dbname', value)
  }
  return settings
}

function parseSqlite(source: string): string {
  if (!source.includes('=')) return source
  let path: string | undefined
  for (const attribute of source.split(';').filter((part) => part.trim() !== '')) {
    const [, key = '', value = ''] = /^\s*([^=]*?)\s*=(.*)$/s.exec(attribute) ?? []
    if (SQLITE_NAMES.includes(key)) path = value
    // Switches of the driver, such as sqlite_unicode, have no effect here.
    else if (!key.startsWith('sqlite_')) throw unknownAttribute(key)
  }
  return path ?? ''
}

function unknownAttribute(key: string): UsageError {
  return new UsageError(`unknown attribute ${quote(key)} in the DBI string; write dbi:SQLite:dbname=PATH`)
}
