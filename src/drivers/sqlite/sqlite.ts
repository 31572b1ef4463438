import { constants } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode, FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import { access, stat } from '../../io/files/fs.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import type { Connection, Dialect, Driver, OpenOptions, QueryResult } from '../driver.ts'
import type { SqliteTarget } from '../target.ts'
import { loadEngine } from './engine.ts'
import { fileFault, inEngine, lockedFault, unlessBusy } from './faults.ts'
import type { SqliteEngine, SqliteFile } from './file.ts'
import type { Asker } from './parent.ts'
import { checkStatement } from './statement.ts'

/** How often a file that another program holds is tried again. */
const RETRY_MS = 50

/** Up to this size even a scan of the whole file is over in the blink of an eye. */
const SMALL_BYTES = 64 * 1024 * 1024

/** Everything that is not a plain table may compute without end: views, and tables that a module computes. */
const ENDLESS_OBJECTS = `SELECT name FROM sqlite_master
  WHERE type = 'view' OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%')`

const dialect: Dialect = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  now: "(julianday('now') - 2440587.5) * 86400.0",
  isOneOf: (column) => `${column} IN (SELECT value FROM json_each(?))`,
  listParameters: (values) => [JSON.stringify(values)],
  asText: (column) => column,
  firstParameter: '?',
  tableNames:
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
}

/** SQLite files, read-only and never made. */
export const sqlite: Driver<SqliteTarget> = {
  async withConnection(target, options, use) {
    const open = await openFile(target, options)
    let asker: Asker | undefined
    const findAsker = async (): Promise<Asker> => {
      const { createAsker } = await import('./parent.ts')
      asker ??= createAsker(options.signal)
      return asker
    }
    try {
      return await use(connect({ ...open, findAsker }, target, options))
    } finally {
      asker?.close()
      open.file.close()
    }
  },
}

/** A file whose first query was answered. */
interface OpenFile {
  readonly engine: SqliteEngine
  readonly file: SqliteFile
  /** names of what may compute without end, as `bare` has them */
  readonly endless: readonly string[]
  /** so that a scan of one of its tables may take longer than we have */
  readonly isLarge: boolean
}

async function openFile(target: SqliteTarget, { signal, timeoutMs }: OpenOptions): Promise<OpenFile> {
  const late = (waited: string): FaultError => lateFault(waited, target)
  const size = await withLimit(() => checkFile(target.path), { signal, timeoutMs, late })
  const engine = await loadEngine()
  const file = inEngine(engine, { path: target.path, scope: 'source' }, () => engine.open(target.path))
  try {
    const look = { path: target.path, scope: 'source', signal, timeoutMs } as const
    // Reads the schema, and so takes the lock that every later query needs.
    const { rows } = await untilFree(engine, look, () => file.query({ sql: ENDLESS_OBJECTS, parameters: [] }))
    return { engine, file, isLarge: size > SMALL_BYTES, endless: rows.map(([name]) => bare(name?.text ?? '')) }
  } catch (error) {
    file.close()
    throw error
  }
}

function lateFault(waited: string, { path }: SqliteTarget): FaultError {
  return timeoutFault(`no answer for ${waited} from the disk of ${path}`, 'source')
}

function noTimeLeft(scope: Fault['scope']): FaultError {
  return timeoutFault('there was no time left for the query', scope)
}

function timeoutFault(message: string, scope: Fault['scope']): FaultError {
  return new FaultError({ kind: 'timeout', scope, message })
}

/**
 * Looked at before it is opened: SQLite would wait for a FIFO, and says of all else only that it cannot open it.
 *
 * @returns how large it is in bytes, with what was written beside it
 */
async function checkFile(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw notAFile(found.isDirectory() ? 'a directory' : 'no regular file', path)
    const [beside] = await Promise.all([sizeOf(`${path}-wal`), access(path, constants.R_OK)])
    return found.size + beside
  } catch (error) {
    throw fileFault(error, path)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw fileFault(error, path)
  }
}

function notAFile(what: string, path: string): FaultError {
  const message = `${path} is ${what}`
  return new FaultError({ kind: 'unreachable', scope: 'source', message, cure: 'check the path' })
}

function connect(
  { engine, file, endless, isLarge, findAsker }: OpenFile & { findAsker(): Promise<Asker> },
  { path }: SqliteTarget,
  { signal }: OpenOptions,
): Connection {
  return {
    dialect,
    // The file has no clock of its own.
    now: () => new Date(),
    query: async (sql, parameters, { timeoutMs, writtenBy, maxRows }) => {
      checkStatement(sql, parameters)
      if (signal.aborted) throw noTimeLeft('check')
      const question = { sql, parameters, ...(maxRows === undefined ? {} : { maxRows }) }
      // Nothing can stop SQLite from inside: what may run for long runs in a process that can be killed.
      const mayRunLong = writtenBy === 'user' || isLarge || endless.some((name) => bare(sql).includes(name))
      if (mayRunLong) return await (await findAsker()).ask({ path, ...question }, timeoutMs)
      const look = { path, scope: 'check', signal, timeoutMs } as const
      return await untilFree(engine, look, () => file.query(question))
    },
  }
}

/** However a name is quoted, and in whatever letters: the query that names it has this in it. */
function bare(text: string): string {
  return text.toLowerCase().replaceAll(/["`[\]']/g, '')
}

interface Look {
  readonly path: string
  readonly scope: Fault['scope']
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Asks again and again while another program holds the file, without ever waiting inside SQLite. */
async function untilFree(engine: SqliteEngine, look: Look, query: () => QueryResult): Promise<QueryResult> {
  let wasBusy = false
  const retry = async (signal: AbortSignal): Promise<QueryResult> => {
    while (true) {
      const result = inEngine(engine, look, () => unlessBusy(engine, query))
      if (result !== undefined) return result
      wasBusy = true
      await sleep(RETRY_MS, undefined, { signal })
    }
  }
  const late = (waited: string): FaultError => (wasBusy ? lockedFault(waited, look.scope) : noTimeLeft(look.scope))
  return await withLimit(retry, { signal: look.signal, timeoutMs: look.timeoutMs, late })
}
