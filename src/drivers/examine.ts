import { FaultError } from '../core/errors.ts'
import * as mysql from './mysql/statement.ts'
import { notReading, writesBy } from './not-reading.ts'
import * as postgres from './postgres/statement.ts'
import * as sqlite from './sqlite/statement.ts'
import type { DatabaseTarget } from './target.ts'

/** SQL of the user's own, before anybody is asked. */
export interface OwnStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/**
 * Why a statement would be refused, by us or by the server, since it does more than read; undefined where its words tell
 * nothing of the kind. What functions do nobody sees.
 *
 * @returns what is wrong, and then what to write
 */
export function whyNotAsked({ driver }: Pick<DatabaseTarget, 'driver'>, statement: OwnStatement): string | undefined {
  try {
    examine(driver, statement)
    return undefined
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const { message, cure } = error.fault
    return cure === undefined ? message : `${message}; ${cure}`
  }
}

function examine(driver: DatabaseTarget['driver'], { sql, parameters }: OwnStatement): void {
  switch (driver) {
    case 'sqlite':
      sqlite.checkStatement(sql, parameters)
      break
    case 'postgres':
      postgres.checkStatement(sql)
      if (!postgres.reads(sql)) throw notReading(postgres.firstWordOf(sql))
      break
    case 'mysql':
      mysql.checkStatement(sql)
      if (!mysql.reads(sql)) throw notReading(mysql.firstWordOf(sql))
      break
  }
  const found = writingIn(sql, driver)
  if (found !== undefined) throw writesBy(found)
}

/** Quoted names, comments, and strings in dollars. */
const ASIDE = String.raw`\`[^\`]*\`|\[[^\]]*\]|--[^\n]*|/\*[\s\S]*?\*/|\$(\w*)\$[\s\S]*?\$\1\$`
/** What stands in quotes where a backslash hides the next one: in MySQL, and in PostgreSQL behind an E. */
const ESCAPED = String.raw`'(?:[^'\\]|''|\\.)*'`
const PLAIN = `'(?:[^']|'')*'|"(?:[^"]|"")*"`
const QUOTED: Readonly<Record<DatabaseTarget['driver'], RegExp>> = {
  mysql: new RegExp(String.raw`${ESCAPED}|"(?:[^"\\]|""|\\.)*"|${ASIDE}`, 'gs'),
  postgres: new RegExp(String.raw`\bE${ESCAPED}|${PLAIN}|${ASIDE}`, 'gis'),
  sqlite: new RegExp(`${PLAIN}|${ASIDE}`, 'g'),
}

/** Behind a bracket, where a WITH has its statements. */
const WRITES = /[()]\s*(?:(INSERT|MERGE|REPLACE)\s+INTO|(UPDATE)\s+\w+|(DELETE)\s+FROM)\b/i
/** What EXPLAIN carries out where it has ANALYZE; it only plans without. */
const EXPLAINED =
  /^[\s(;]*EXPLAIN\b.*?\bANALY[SZ]E\b.*?\b(?:(INSERT|MERGE|REPLACE)\s+INTO|(UPDATE)\s+\w+|(DELETE)\s+FROM|(CREATE|EXECUTE)\s+\w+)\b/is

/** What makes a table of a SELECT, or takes locks, in PostgreSQL. */
const WRITES_IN_POSTGRES = /\b(?:(INTO)\b|FOR\s+(?:NO\s+KEY\s+)?(UPDATE)\b|FOR\s+(?:KEY\s+)?(SHARE)\b)/i

/** The word with which a statement that begins like one that reads would write. */
function writingIn(sql: string, driver: DatabaseTarget['driver']): string | undefined {
  const bare = sql.replaceAll(QUOTED[driver], ' ')
  const match =
    WRITES.exec(bare) ?? EXPLAINED.exec(bare) ?? (driver === 'postgres' ? WRITES_IN_POSTGRES.exec(bare) : null)
  return match?.slice(1).find((word) => word !== undefined)
}
