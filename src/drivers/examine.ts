import { FaultError } from '../core/errors.ts'
import * as mysql from './mysql/statement.ts'
import { notReading, writesBy } from './not-reading.ts'
import * as postgres from './postgres/statement.ts'
import * as sqlite from './sqlite/statement.ts'
import type { SqlTarget } from './target.ts'

export interface OwnStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/**
 * Why we or the server would refuse a statement, because it does more than read. What functions do cannot be seen.
 *
 * @returns what is wrong, and then what to write; undefined if the words show nothing
 */
export function whyNotAsked({ driver }: Pick<SqlTarget, 'driver'>, statement: OwnStatement): string | undefined {
  try {
    examine(driver, statement)
    return undefined
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const { message, cure } = error.fault
    return cure === undefined ? message : `${message}; ${cure}`
  }
}

function examine(driver: SqlTarget['driver'], { sql, parameters }: OwnStatement): void {
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

/** Quoted names, comments, and dollar-quoted strings. */
const ASIDE = String.raw`\`[^\`]*\`|\[[^\]]*\]|--[^\n]*|/\*[\s\S]*?\*/|\$(\w*)\$[\s\S]*?\$\1\$`
/** Strings in which a backslash escapes: in MySQL, and in PostgreSQL after an E. */
const ESCAPED = String.raw`'(?:[^'\\]|''|\\.)*'`
const PLAIN = `'(?:[^']|'')*'|"(?:[^"]|"")*"`
const QUOTED: Readonly<Record<SqlTarget['driver'], RegExp>> = {
  mysql: new RegExp(String.raw`${ESCAPED}|"(?:[^"\\]|""|\\.)*"|${ASIDE}`, 'gs'),
  postgres: new RegExp(String.raw`\bE${ESCAPED}|${PLAIN}|${ASIDE}`, 'gis'),
  sqlite: new RegExp(`${PLAIN}|${ASIDE}`, 'g'),
}

/** After a bracket: in a WITH. */
const WRITES = /[()]\s*(?:(INSERT|MERGE|REPLACE)\s+INTO|(UPDATE)\s+\w+|(DELETE)\s+FROM)\b/i
/** What EXPLAIN ANALYZE carries out. Without ANALYZE it only plans. */
const EXPLAINED =
  /^[\s(;]*EXPLAIN\b.*?\bANALY[SZ]E\b.*?\b(?:(INSERT|MERGE|REPLACE)\s+INTO|(UPDATE)\s+\w+|(DELETE)\s+FROM|(CREATE|EXECUTE)\s+\w+)\b/is

/** In PostgreSQL, a SELECT that makes a table or takes locks. */
const WRITES_IN_POSTGRES = /\b(?:(INTO)\b|FOR\s+(?:NO\s+KEY\s+)?(UPDATE)\b|FOR\s+(?:KEY\s+)?(SHARE)\b)/i

/** The word by which a statement that begins like one that reads would write. */
function writingIn(sql: string, driver: SqlTarget['driver']): string | undefined {
  const bare = sql.replaceAll(QUOTED[driver], ' ')
  const match =
    WRITES.exec(bare) ?? EXPLAINED.exec(bare) ?? (driver === 'postgres' ? WRITES_IN_POSTGRES.exec(bare) : null)
  return match?.slice(1).find((word) => word !== undefined)
}
