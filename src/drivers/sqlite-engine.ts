import { DriverMissingError, errorCode, errorMessage } from '../core/errors.ts'
import type { RawValue } from '../core/types.ts'
import type { QueryResult } from './driver.ts'

/** A library that reads SQLite files. */
export interface SqliteEngine {
  /** opens an existing file read-only, without waiting for locks; errors come as the library has them */
  open(path: string): SqliteFile
  /** the name of SQLite's result code, such as `SQLITE_BUSY`; empty where it was not SQLite that failed */
  codeOf(error: unknown): string
}

/** An open SQLite file. Everything is synchronous, and nothing can stop it. */
export interface SqliteFile {
  query(sql: string, parameters: readonly unknown[]): QueryResult
  close(): void
}

/**
 * Loads better-sqlite3, or, where that cannot be had, what Node brings.
 *
 * @throws DriverMissingError where there is neither
 */
export async function loadEngine(): Promise<SqliteEngine> {
  try {
    return await loadBetterSqlite()
  } catch (cause) {
    const engine = loadNodeSqlite()
    if (engine !== undefined) return engine
    const cure = 'run: npm rebuild better-sqlite3, or use Node 22.13 or newer'
    throw new DriverMissingError('better-sqlite3', `cannot load better-sqlite3: ${whyNot(cause)}; ${cure}`, { cause })
  }
}

function whyNot(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ERR_DLOPEN_FAILED') return 'not built for this Node'
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed'
  return errorMessage(error).split(/[.:] /)[0] ?? ''
}

async function loadBetterSqlite(): Promise<SqliteEngine> {
  const { default: Database } = await import('better-sqlite3')
  // The compiled part is loaded by the first database only: whether it fits this Node shows here.
  new Database(':memory:').close()
  return {
    codeOf: errorCode,
    open: (path) => {
      const file = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 })
      return {
        query: (sql, parameters) => {
          const statement = file.prepare<unknown[], unknown[]>(sql).safeIntegers(true)
          const columns = statement.columns().map((column) => column.name)
          return {
            columns,
            rows: statement
              .raw(true)
              .all(...parameters)
              .map(readRow),
          }
        },
        close: () => void file.close(),
      }
    },
  }
}

/** The few things of `node:sqlite` that serve here: its types are not part of those for Node 20. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    path: string,
    options: { readonly readOnly: boolean },
  ) => {
    prepare(sql: string): NodeStatement
    close(): void
  }
}

interface NodeStatement {
  setReadBigInts(on: boolean): void
  all(...parameters: readonly unknown[]): readonly Readonly<Record<string, unknown>>[]
  /** from Node 22.16 on */
  columns?(): readonly { readonly name: string }[]
}

/** The primary result codes that are told apart. https://www.sqlite.org/rescode.html */
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

function loadNodeSqlite(): SqliteEngine | undefined {
  const library = withoutWarning(builtInSqlite)
  if (library === undefined) return undefined
  return {
    codeOf: nodeCode,
    open: (path) => {
      const file = new library.DatabaseSync(path, { readOnly: true })
      return {
        query: (sql, parameters) => {
          const statement = file.prepare(sql)
          statement.setReadBigInts(true)
          const rows = statement.all(...parameters)
          const columns = statement.columns?.().map((column) => column.name) ?? Object.keys(rows[0] ?? {})
          return { columns, rows: rows.map((row) => readRow(columns.map((column) => row[column]))) }
        },
        close: () => file.close(),
      }
    },
  }
}

function builtInSqlite(): NodeSqlite | undefined {
  // A module of Node's by its own description: its methods are the ones above.
  return process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined
}

/** Node says of its SQLite that it is experimental, on stderr, which cron would mail. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

function nodeCode(error: unknown): string {
  if (errorCode(error) !== 'ERR_SQLITE_ERROR' || typeof error !== 'object' || error === null) return ''
  const number = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 1
  const primary = RESULT_CODES.get(number & 0xff) ?? 'SQLITE_ERROR'
  // That there is more to it is all that matters of an extended code.
  return number > 0xff ? `${primary}_EXTENDED` : primary
}

function readRow(row: readonly unknown[]): readonly RawValue[] {
  return row.map(readValue)
}

/** Integers arrive as bigint, so that none loses a digit. */
function readValue(value: unknown): RawValue {
  if (typeof value === 'bigint') return { type: 'number', typeName: 'integer', text: String(value) }
  if (typeof value === 'number') return { type: 'number', typeName: 'real', text: String(value) }
  if (typeof value === 'string') return { type: 'text', typeName: 'text', text: value }
  if (value === null) return { type: 'text', typeName: 'null', text: null }
  return { type: 'other', typeName: 'blob', text: '' }
}
