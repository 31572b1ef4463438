import { errorCode } from '../../core/errors.ts'
import type { SqliteEngine } from './file.ts'
import { refusal } from './statement.ts'
import { bindable, rawRows } from './values.ts'

/** The part of `node:sqlite` that is used. The types of Node 20 do not have it. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    path: string,
    options: { readonly readOnly: boolean },
  ) => {
    prepare(sql: string): NodeStatement
    exec(sql: string): void
    close(): void
  }
  readonly StatementSync: { readonly prototype: Partial<NodeStatement> }
}

interface NodeStatement {
  setReadBigInts(on: boolean): void
  setReturnArrays(on: boolean): void
  columns(): readonly { readonly name: string }[]
  iterate(...parameters: readonly unknown[]): Iterable<readonly unknown[]>
}

/** The primary result codes that matter. https://www.sqlite.org/rescode.html */
const RESULT_CODES: ReadonlyMap<number, string> = new Map([
  [3, 'SQLITE_PERM'],
  [5, 'SQLITE_BUSY'],
  [6, 'SQLITE_LOCKED'],
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [11, 'SQLITE_CORRUPT'],
  [14, 'SQLITE_CANTOPEN'],
  [26, 'SQLITE_NOTADB'],
])

/**
 * Node's own SQLite.
 *
 * @returns undefined if Node has none, or before 22.16 one that loses columns of the same name
 */
export function loadNodeSqlite(): SqliteEngine | undefined {
  const library = withoutWarning(builtInSqlite)
  if (library?.StatementSync.prototype.setReturnArrays === undefined) return undefined
  return {
    codeOf,
    open: (path) => {
      const file = new library.DatabaseSync(path, { readOnly: true })
      return {
        query: ({ sql, parameters, maxRows }) => {
          const statement = file.prepare(sql)
          const columns = statement.columns().map((column) => column.name)
          if (columns.length === 0) throw refusal('the statement brings no rows')
          statement.setReadBigInts(true)
          statement.setReturnArrays(true)
          return { columns, rows: rawRows(statement.iterate(...parameters.map(bindable)), maxRows) }
        },
        close: () => file.close(),
      }
    },
    change: (path, changes) => {
      const file = new library.DatabaseSync(path, { readOnly: false })
      try {
        file.exec('BEGIN IMMEDIATE')
        const results = changes.map(({ sql, parameters }) => {
          const statement = file.prepare(sql)
          const columns = statement.columns().map((column) => column.name)
          statement.setReadBigInts(true)
          statement.setReturnArrays(true)
          return { columns, rows: rawRows(statement.iterate(...parameters)) }
        })
        file.exec('COMMIT')
        return results
      } finally {
        // What is not committed is undone with it.
        file.close()
      }
    },
  }
}

function builtInSqlite(): NodeSqlite | undefined {
  // The methods above are Node's documented ones.
  return process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined
}

/** Node warns on stderr that its SQLite is experimental, and cron would mail that. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

function codeOf(error: unknown): string {
  if (errorCode(error) !== 'ERR_SQLITE_ERROR' || typeof error !== 'object' || error === null) return ''
  const number = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 1
  const primary = RESULT_CODES.get(number & 0xff) ?? 'SQLITE_ERROR'
  // Of an extended code it only matters that it is one.
  return number > 0xff ? `${primary}_EXTENDED` : primary
}
