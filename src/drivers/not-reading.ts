import { FaultError } from '../core/errors.ts'
import { nearest, quote } from '../core/words/text.ts'

/** How statements begin that read, in some database. */
const READING = ['SELECT', 'WITH', 'TABLE', 'VALUES', 'SHOW', 'EXPLAIN', 'DESCRIBE']

/** How statements begin that change data, the session or a file, in some database. */
const CHANGING = new Set([
  ...['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'TRUNCATE', 'UPSERT', 'LOAD', 'IMPORT', 'COPY', 'HANDLER'],
  ...['CREATE', 'ALTER', 'DROP', 'RENAME', 'COMMENT', 'GRANT', 'REVOKE', 'REASSIGN', 'SECURITY', 'REFRESH'],
  ...[
    'BEGIN',
    'START',
    'COMMIT',
    'END',
    'ROLLBACK',
    'ABORT',
    'SAVEPOINT',
    'RELEASE',
    'PREPARE',
    'XA',
    'LOCK',
    'UNLOCK',
  ],
  ...['DO', 'CALL', 'EXECUTE', 'DEALLOCATE', 'DECLARE', 'FETCH', 'MOVE', 'CLOSE', 'OPEN', 'SET', 'RESET', 'USE'],
  ...['VACUUM', 'ANALYZE', 'ANALYSE', 'CLUSTER', 'REINDEX', 'CHECKPOINT', 'OPTIMIZE', 'REPAIR', 'CHECK', 'CACHE'],
  ...['FLUSH', 'KILL', 'SHUTDOWN', 'PURGE', 'CHANGE', 'STOP', 'INSTALL', 'UNINSTALL', 'BACKUP', 'DISCARD'],
  ...['LISTEN', 'NOTIFY', 'UNLISTEN', 'ATTACH', 'DETACH', 'PRAGMA', 'SIGNAL', 'RESIGNAL', 'GET'],
])

/**
 * The fault of a statement that is not known to read.
 *
 * @param first its first word; empty if there is none
 */
export function notReading(first: string): FaultError {
  const word = first.toUpperCase()
  if (word === '') return refused('the statement does more than read')
  if (CHANGING.has(word)) return refused(`the statement does more than read (it begins with ${quote(word)})`)
  const message = `the statement begins with ${quote(word)}, which is no word that reads`
  return refused(message, nearest(word, READING))
}

/** The fault of a statement that begins like one that reads, and writes by this word. */
export function writesBy(word: string): FaultError {
  return refused(`the statement does more than read (it has ${word.toUpperCase()} in it)`)
}

function refused(message: string, word = 'a SELECT'): FaultError {
  return new FaultError({
    kind: 'failed',
    scope: 'check',
    message,
    cure: `write ${word}`,
  })
}
