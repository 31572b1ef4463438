import { DriverMissingError, errorCode, errorMessage } from '../../core/errors.ts'
import type { Change, QueryResult } from '../driver.ts'
import type { SqliteEngine } from './file.ts'
import { loadNodeSqlite } from './node.ts'
import { refusal, wouldWrite } from './statement.ts'
import { bindable, rawRows } from './values.ts'

/**
 * Loads better-sqlite3, or Node's own SQLite if that cannot be loaded.
 *
 * @throws DriverMissingError if there is neither
 */
export async function loadEngine(): Promise<SqliteEngine> {
  try {
    return await loadBetterSqlite()
  } catch (cause) {
    const engine = loadNodeSqlite()
    if (engine !== undefined) return engine
    const cure = 'run: npm rebuild better-sqlite3, or use Node 22.16 or newer'
    throw new DriverMissingError('better-sqlite3', `cannot load better-sqlite3: ${whyNot(cause)}; ${cure}`, { cause })
  }
}

function whyNot(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ERR_DLOPEN_FAILED') return 'not built for this Node'
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed, or not built'
  return errorMessage(error).split(/[.:] /)[0] ?? ''
}

async function loadBetterSqlite(): Promise<SqliteEngine> {
  const { default: Database } = await import('better-sqlite3')
  // The first database loads the compiled part, which may not fit this Node.
  new Database(':memory:').close()
  return {
    codeOf: errorCode,
    open: (path) => {
      const file = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 })
      return {
        query: ({ sql, parameters, maxRows }) => {
          const statement = file.prepare<unknown[], unknown[]>(sql)
          if (!statement.reader) throw refusal('the statement brings no rows')
          if (!statement.readonly) throw wouldWrite()
          const columns = statement.columns().map((column) => column.name)
          const rows = statement.safeIntegers(true).raw(true)
          return { columns, rows: rawRows(rows.iterate(...parameters.map(bindable)), maxRows) }
        },
        close: () => void file.close(),
      }
    },
    change: (path, changes) => {
      const file = new Database(path, { fileMustExist: true, timeout: 0 })
      const apply = ({ sql, parameters }: Change): QueryResult => {
        const statement = file.prepare<unknown[], unknown[]>(sql)
        if (!statement.reader) {
          statement.run(...parameters)
          return { columns: [], rows: [] }
        }
        const columns = statement.columns().map((column) => column.name)
        return {
          columns,
          rows: rawRows(
            statement
              .safeIntegers(true)
              .raw(true)
              .iterate(...parameters),
          ),
        }
      }
      try {
        // One that would first read, and then write, could not wait for another that does the same.
        return file.transaction(() => changes.map(apply)).immediate()
      } finally {
        file.close()
      }
    },
  }
}
