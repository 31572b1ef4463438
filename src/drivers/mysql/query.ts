import type { Connection, PrepareStatementInfo } from 'mysql2'
import { FaultError } from '../../core/errors.ts'
import type { RawValue } from '../../core/types.ts'
import type { QueryResult, ServerQuestion } from '../driver.ts'
import { type Column, rowReader } from './values.ts'

/** A statement in a session. */
interface InSession extends Pick<ServerQuestion, 'sql' | 'parameters' | 'maxRows'> {
  /** of the session, as in `+00:00`; empty if it is not fixed */
  readonly offset: string
}

/**
 * Sends a statement of ours.
 *
 * @returns the texts of the first row
 * @throws the error of the system or the server
 */
export function command(client: Connection, sql: string): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    client.query(sql, (error: unknown, rows: unknown) => {
      if (error) reject(error)
      else resolve(Array.isArray(rows) && Array.isArray(rows[0]) ? rows[0] : [])
    })
  })
}

/**
 * Asks one prepared statement. The server accepts only one, and binds the values itself.
 *
 * @throws the error of the system or the server; FaultError if the values do not fit the placeholders
 */
export async function queryOnce(client: Connection, question: InSession): Promise<QueryResult> {
  const { sql, parameters } = question
  const statement = await prepare(client, sql)
  try {
    const { length } = statement.parameters
    if (length !== parameters.length) {
      const message = `the statement has ${length} placeholders, and ${parameters.length} values are given for them`
      throw new FaultError({ kind: 'failed', scope: 'check', message })
    }
    return await execute(client, statement, question)
  } finally {
    client.unprepare(sql)
  }
}

/** Missing in mysql2's types. */
interface Statement extends PrepareStatementInfo {
  readonly parameters: readonly unknown[]
}

function prepare(client: Connection, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    client.prepare(sql, (error, statement) => (error ? reject(error) : resolve(statement as Statement)))
  })
}

/** Drops the rows beyond those wanted while they come in. */
function execute(
  client: Connection,
  statement: Statement,
  { parameters, offset, maxRows = Number.POSITIVE_INFINITY }: InSession,
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    let columns: readonly Column[] = []
    let read: ((row: readonly unknown[]) => readonly RawValue[]) | undefined
    const rows: (readonly RawValue[])[] = []
    // A broken connection only emits an event of its own.
    const fail = (error: unknown): void => {
      client.off('error', fail)
      reject(error)
    }
    client.on('error', fail)
    const running = statement.execute([...parameters])
    // mysql2's types lack the arguments of these events, and statements without rows have no columns.
    running.on('fields', (found: unknown) => {
      columns = (found ?? []) as readonly Column[]
      read = found === undefined ? undefined : rowReader(columns, offset)
    })
    running.on('result', (row: unknown) => {
      if (read !== undefined && rows.length <= maxRows) rows.push(read(row as readonly unknown[]))
    })
    running.on('error', fail)
    running.on('end', () => {
      client.off('error', fail)
      resolve({ columns: columns.map(({ name }) => name), rows })
    })
  })
}
