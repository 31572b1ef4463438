import { notReading } from '../not-reading.ts'

const READS = /^(?:SELECT|WITH|TABLE|VALUES|SHOW|EXPLAIN)\b/i

/** How a statement begins that the server itself refuses in a read-only transaction. */
const REFUSED_BY_SERVER = /^(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b/i

const BLANK = /^(?:[\s(;]|--[^\n\r]*)+/

/**
 * Refuses what a read-only transaction does not stop. `COPY … TO PROGRAM` runs a command on the server, `COPY … TO`
 * writes a file there, and `DO` and `CALL` can do both. `COMMIT` keeps what functions have left, and `SET` changes what
 * the next query reads.
 *
 * @throws FaultError of kind `failed`
 */
export function checkStatement(sql: string): void {
  if (!reads(sql) && !REFUSED_BY_SERVER.test(withoutComments(sql))) throw notReading(firstWordOf(sql))
}

export function reads(sql: string): boolean {
  return READS.test(withoutComments(sql))
}

/** Empty if the statement begins with no word. */
export function firstWordOf(sql: string): string {
  return /^[a-z]+/i.exec(withoutComments(sql))?.[0] ?? ''
}

function withoutComments(sql: string): string {
  let rest = sql.replace(BLANK, '')
  while (rest.startsWith('/*')) rest = rest.slice(commentLength(rest)).replace(BLANK, '')
  return rest
}

/** The length of a comment, which may hold other comments. */
function commentLength(sql: string): number {
  let depth = 0
  for (const { 0: mark, index } of sql.matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1
    if (depth === 0) return index + mark.length
  }
  return sql.length
}
