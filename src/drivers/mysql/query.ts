import type { Connection, PrepareStatementInfo } from 'mysql2'
import { FaultError } from '../../core/errors.ts'
import type { RawValue } from '../../core/types.ts'
import type { QueryResult } from '../driver.ts'
import { type Column, rowReader } from './values.ts'

/** One statement, and how many of its rows are wanted: one more is brought, so that it shows where there are more. */
export interface OneQuery {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly maxRows: number | undefined
  /** of the session, as in `+00:00`; empty where it has no fixed one */
  readonly offset: string
}

/**
 * Sends a statement of ours whose answer matters little.
 *
 * @returns the texts of the first row
 * @throws the error of the system or the server as it came
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
 * Asks one statement, as a prepared one: the server takes no more than that, and binds the values itself.
 *
 * @throws the error of the system or the server as it came; FaultError where values do not suit the placeholders
 */
export async function queryOnce(client: Connection, question: OneQuery): Promise<QueryResult> {
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

/** The part that mysql2's types leave out. */
interface Statement extends PrepareStatementInfo {
  readonly parameters: readonly unknown[]
}

function prepare(client: Connection, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    client.prepare(sql, (error, statement) => (error ? reject(error) : resolve(statement as Statement)))
  })
}

/** Keeps no more rows than are wanted while the answer comes in. */
function execute(
  client: Connection,
  statement: Statement,
  { parameters, offset, maxRows = Number.POSITIVE_INFINITY }: OneQuery,
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    let columns: readonly Column[] = []
    let read: ((row: readonly unknown[]) => readonly RawValue[]) | undefined
    const rows: (readonly RawValue[])[] = []
    // A connection that breaks tells nobody but itself.
    const fail = (error: unknown): void => {
      client.off('error', fail)
      reject(error)
    }
    client.on('error', fail)
    const running = statement.execute([...parameters])
    // mysql2's types know neither what these events bring nor that statements without rows have no columns.
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
