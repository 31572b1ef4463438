import { FaultError } from '../../core/errors.ts'
import { notReading } from '../not-reading.ts'

const READS = /^(?:SELECT|WITH|TABLE|VALUES|SHOW|DESCRIBE|DESC|EXPLAIN)\b/i

/** How a statement begins that the server itself refuses in a read-only transaction. */
const REFUSED_BY_SERVER = /^(?:INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|(?:CREATE|ALTER|DROP)\s+TABLE)\b/i

/**
 * Ends a transaction or begins another. Harmless, since a new one begins before each statement. The whole text must
 * match, so that nothing follows.
 */
const TRANSACTION =
  /^(?:COMMIT|ROLLBACK|BEGIN|START\s+TRANSACTION(?:\s+[\w\s,]+)?|SET\s+SESSION\s+TRANSACTION\s+[\w\s,]+)\s*;?\s*$/i

const COMMENT = /^(?:\s|\(|\/\*(?!M?!)[\s\S]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*)+/

/** Anywhere in the text: what looks like a string to us may not be one to the server. */
const WRITES_FILE = /\b(?:OUT|DUMP)FILE\b/i

/**
 * Refuses what a read-only transaction does not stop. A compound statement such as `BEGIN NOT ATOMIC … END`, `CALL` or
 * `EXECUTE IMMEDIATE` can end the transaction and then write. A SELECT can write a file on the server.
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

export function reads(sql: string): boolean {
  return READS.test(sql.replace(COMMENT, ''))
}

/** Empty if the statement begins with no word. */
export function firstWordOf(sql: string): string {
  return /^[a-z]+/i.exec(sql.replace(COMMENT, ''))?.[0] ?? ''
}
