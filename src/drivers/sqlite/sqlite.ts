import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import type { Connection, Dialect, Driver, OpenOptions, QueryResult } from '../driver.ts'
import type { SqliteTarget } from '../target.ts'
import { loadEngine } from './engine.ts'
import { inEngine, lockedFault, unlessBusy } from './faults.ts'
import type { SqliteEngine, SqliteFile } from './file.ts'
import type { Asker } from './parent.ts'
import { checkFile } from './regular.ts'
import { checkStatement } from './statement.ts'

const RETRY_MS = 50

/** A scan of a file of this size takes no time that matters. */
const SMALL_BYTES = 64 * 1024 * 1024

/** Views and virtual tables may compute for ever. */
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

/** SQLite files, opened read-only and never created. */
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

interface OpenFile {
  readonly engine: SqliteEngine
  readonly file: SqliteFile
  /** names of what may compute for ever, in the form of `bare` */
  readonly endless: readonly string[]
  /** a scan of a table may take longer than there is time */
  readonly isLarge: boolean
}

async function openFile(target: SqliteTarget, { signal, timeoutMs }: OpenOptions): Promise<OpenFile> {
  const late = (waited: string): FaultError => lateFault(waited, target)
  const size = await withLimit(() => checkFile(target.path), { signal, timeoutMs, late })
  const engine = await loadEngine()
  const file = inEngine(engine, { path: target.path, scope: 'source' }, () => engine.open(target.path))
  try {
    const look = { path: target.path, scope: 'source', signal, timeoutMs } as const
    // This reads the schema, and so takes the lock that every later query needs.
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

function connect(
  { engine, file, endless, isLarge, findAsker }: OpenFile & { findAsker(): Promise<Asker> },
  { path }: SqliteTarget,
  { signal }: OpenOptions,
): Connection {
  return {
    dialect,
    // A file has no clock of its own.
    now: () => new Date(),
    query: async (sql, parameters, { timeoutMs, writtenBy, maxRows }) => {
      checkStatement(sql, parameters)
      if (signal.aborted) throw noTimeLeft('check')
      const question = { sql, parameters, ...(maxRows === undefined ? {} : { maxRows }) }
      // Nothing stops SQLite from inside. So what may take long runs in a process that can be killed.
      const mayRunLong = writtenBy === 'user' || isLarge || endless.some((name) => bare(sql).includes(name))
      if (mayRunLong) return await (await findAsker()).ask({ path, ...question }, timeoutMs)
      const look = { path, scope: 'check', signal, timeoutMs } as const
      return await untilFree(engine, look, () => file.query(question))
    },
  }
}

/** A query that names the object contains this, however the name is quoted, in small or capital letters. */
function bare(text: string): string {
  return text.toLowerCase().replaceAll(/["`[\]']/g, '')
}

interface Look {
  readonly path: string
  readonly scope: Fault['scope']
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Asks again while another program holds the file, and never waits inside SQLite. */
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
