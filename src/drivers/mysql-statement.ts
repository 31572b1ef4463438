import { FaultError } from '../core/errors.ts'
import { quote } from '../core/text.ts'

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
  const word = /^[a-z]+/i.exec(bare)?.[0].toUpperCase() ?? ''
  const isKnown = READS.test(bare) || REFUSED_BY_SERVER.test(bare) || TRANSACTION.test(bare)
  const writesFile = WRITES_FILE.test(bare)
  if (isKnown && !writesFile) return
  const beginning = word === '' ? '' : ` (it begins with ${quote(word)})`
  const message = writesFile ? 'the statement writes a file' : `the statement does more than read${beginning}`
  throw new FaultError({ kind: 'failed', scope: 'check', message, cure: 'write a SELECT' })
}
