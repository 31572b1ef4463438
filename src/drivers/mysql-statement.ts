import { FaultError } from '../core/errors.ts'
import { quote } from '../core/text.ts'

/** What begins a statement that reads. */
const READING = ['SELECT', 'WITH', 'TABLE', 'VALUES', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN']

/** What begins a statement that writes, and that the server refuses in a read-only transaction. */
const REFUSED_BY_SERVER = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'RENAME']

/** What ends a transaction or changes the session: both are set up anew before each statement. */
const SESSION =
  /^(?:COMMIT|ROLLBACK|(?:START\s+TRANSACTION|BEGIN)(?:\s+WORK)?(?=\s|$)(?!\s+NOT\b)|SET\s+(?!STATEMENT\b|GLOBAL\b))/i

const COMMENT = /^(?:\s|\(|\/\*(?![!M])[\s\S]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*)+/

/** Strings and quoted names, in which a word means nothing. */
const QUOTED = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`/gs

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
  const isKnown = READING.includes(word) || REFUSED_BY_SERVER.includes(word) || SESSION.test(bare)
  const writesFile = /\b(?:OUT|DUMP)FILE\b/i.test(bare.replaceAll(QUOTED, ''))
  if (isKnown && !writesFile) return
  const beginning = word === '' ? '' : ` (it begins with ${quote(word)})`
  const message = writesFile ? 'the statement writes a file' : `the statement does more than read${beginning}`
  throw new FaultError({ kind: 'failed', scope: 'check', message, cure: 'write a SELECT' })
}
