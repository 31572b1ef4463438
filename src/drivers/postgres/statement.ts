import { notReading } from '../not-reading.ts'

/** What begins a statement that reads. */
const READS = /^(?:SELECT|WITH|TABLE|VALUES|SHOW|EXPLAIN)\b/i

/** What begins a statement that the server refuses in a read-only transaction, in words of its own. */
const REFUSED_BY_SERVER = /^(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b/i

const BLANK = /^(?:[\s(;]|--[^\n\r]*)+/

/**
 * Refuses what a read-only transaction does not hold back: `COPY … TO PROGRAM` runs a command of the server's system,
 * `COPY … TO` writes a file of it, `DO` and `CALL` can do so as well, `COMMIT` keeps what functions have left behind,
 * and `SET` changes what the next query reads.
 *
 * @throws FaultError of kind `failed`
 */
export function checkStatement(sql: string): void {
  if (!reads(sql) && !REFUSED_BY_SERVER.test(withoutComments(sql))) throw notReading(firstWordOf(sql))
}

/** Whether a statement begins like one that reads. */
export function reads(sql: string): boolean {
  return READS.test(withoutComments(sql))
}

/** The word with which a statement begins; empty where it begins with none. */
export function firstWordOf(sql: string): string {
  return /^[a-z]+/i.exec(withoutComments(sql))?.[0] ?? ''
}

/** A statement from its first word on. */
function withoutComments(sql: string): string {
  let rest = sql.replace(BLANK, '')
  while (rest.startsWith('/*')) rest = rest.slice(commentLength(rest)).replace(BLANK, '')
  return rest
}

/** How long a comment is, in which others may stand. */
function commentLength(sql: string): number {
  let depth = 0
  for (const { 0: mark, index } of sql.matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1
    if (depth === 0) return index + mark.length
  }
  return sql.length
}
