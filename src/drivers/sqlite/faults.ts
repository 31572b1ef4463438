import { dirname } from 'node:path'
import { errorCode, errorMessage, FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import { shorten } from '../../core/words/text.ts'
import type { SqliteEngine } from './file.ts'
import { wouldWrite } from './statement.ts'

export function lockedFault(waited: string, scope: Fault['scope']): FaultError {
  return new FaultError({ kind: 'timeout', scope, message: `locked by another process for ${waited}` })
}

export function databaseFileFault(error: unknown, path: string): FaultError {
  if (error instanceof FaultError) return error
  const code = errorCode(error)
  const scope = 'source'
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FaultError({ kind: 'unreachable', scope, message: `no such file: ${path}` }, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const cure = 'let the watching user read the file, and enter its directory'
    return new FaultError({ kind: 'denied', scope, message: `no permission to read ${path}`, cure }, { cause: error })
  }
  return new FaultError({ kind: 'unreachable', scope, message: `cannot read ${path} (${code})` }, { cause: error })
}

interface SqliteFailure {
  readonly code: string
  readonly message: string
}

function sqliteFault({ code, message }: SqliteFailure, { path, scope, isWriting = false }: EngineLook): FaultError {
  const said = shorten(message.replaceAll(/\s+/g, ' ').trim(), 200)
  if (/^SQLITE_NOTADB/.test(code)) {
    return new FaultError({ kind: 'failed', scope, message: `not an SQLite database: ${path}`, cure: 'check the path' })
  }
  if (/^SQLITE_CORRUPT/.test(code)) {
    return new FaultError({ kind: 'failed', scope, message: `the database is damaged (${said})` })
  }
  if (isWriting && /^SQLITE_(?:READONLY|CANTOPEN|PERM|IOERR|FULL)/.test(code)) {
    const cure = `let whoever runs it write ${path}, and in ${dirname(path)}`
    return new FaultError({ kind: 'denied', scope, message: `cannot write ${path} (${said})`, cure })
  }
  // A writer that is gone left a journal or a write-ahead log, which a reader has to complete first.
  if (/^SQLITE_(?:READONLY_|CANTOPEN)/.test(code)) {
    const cure = `let the watching user write in ${dirname(path)}, or have the writer set journal_mode=DELETE`
    const reason = 'its write-ahead log or journal needs a directory that can be written'
    return new FaultError({ kind: 'failed', scope, message: `cannot read the database: ${reason} (${said})`, cure })
  }
  if (code === 'SQLITE_READONLY') return wouldWrite()
  return new FaultError({ kind: 'failed', scope, message: said, ...unknownName(code, said) })
}

/** SQLite has one code for every mistake in a statement. Its words, always English, have to tell. */
function unknownName(code: string, said: string): Pick<Fault, 'unknownName'> {
  const [, kind] = (code === 'SQLITE_ERROR' && /^no such (table|column): /.exec(said)) || []
  return kind === 'table' || kind === 'column' ? { unknownName: kind } : {}
}

interface EngineLook {
  readonly path: string
  readonly scope: Fault['scope']
  /** a table of ours is written to */
  readonly isWriting?: boolean
}

export function inEngine<T>({ codeOf }: Pick<SqliteEngine, 'codeOf'>, look: EngineLook, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof FaultError) throw error
    throw sqliteFault({ code: codeOf(error), message: errorMessage(error) }, look)
  }
}

/** @returns undefined if another program holds the file */
export function unlessBusy<T>({ codeOf }: Pick<SqliteEngine, 'codeOf'>, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (/^SQLITE_(?:BUSY|LOCKED)/.test(codeOf(error))) return undefined
    throw error
  }
}
