import { FaultError } from '../../core/errors.ts'
import { notReading } from '../not-reading.ts'

/** What begins a statement that reads. */
const READS = /^(?:SELECT|WITH|TABLE|VALUES|SHOW|DESCRIBE|DESC|EXPLAIN)\b/i

/** What begins a statement that writes, and that the server refuses in a read-only transaction. */
const REFUSED_BY_SERVER = /^(?:INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|(?:CREATE|ALTER|DROP)\s+TABLE)\b/i

/** What ends a transaction or begins another: that is done anew before each statement. Whole, so that nothing follows. */
const TRANSACTION =
  /^(?:COMMIT|ROLLBACK|BEGIN|START\s+TRANSACTION(?:\s+[\w\s,]+)?|SET\s+SESSION\s+TRANSACTION\s+[\w\s,]+)\s*;?\s*$/i

const COMMENT = /^(?:\s|\(|\/\*(?!M?!)[\s\S]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*)+/

/** Wherever it stands: what looks like a string to us may be none to the server. */
const WRITES_FILE = /\b(?:OUT|DUMP)FILE\b/i

/**
 * Refuses what a read-only transaction does not hold back: a statement that is made of several, such as `BEGIN NOT
 * ATOMIC … END`, `CALL` or `EXECUTE IMMEDIATE`, can end the transaction and write behind it; and a SELECT can write a
 * file of the server.
 *
 * @throws FaultError of kind `failed`
 */
export function checkStatement(sql: string): void {
  const bare = sql.replace(COMMENT, '')
  const isKnown = READS.test(bare) || REFUSED_BY_SERVER.test(bare) || TRANSACTION.test(bare)
  if (!isKnown) throw notReading(firstWordOf(sql))
  if (!WRITES_FILE.test(bare)) return
  const message = 'the statement writes a file'
  throw new FaultError({ kind: 'failed', scope: 'check', message, cure: 'write a SELECT' })
}

/** Whether a statement begins like one that reads. */
export function reads(sql: string): boolean {
  return READS.test(sql.replace(COMMENT, ''))
}

/** The word with which a statement begins; empty where it begins with none. */
export function firstWordOf(sql: string): string {
  return /^[a-z]+/i.exec(sql.replace(COMMENT, ''))?.[0] ?? ''
}
