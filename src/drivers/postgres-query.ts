import type { Client, QueryResult } from 'pg'

/** One statement, and how many of its rows are wanted: one more is brought, so that it shows where there are more. */
export interface OneQuery {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly maxRows: number | undefined
}

/** The part of pg's queries that its types leave out: what is done when the rows that were asked for have come. */
interface Suspendable {
  handlePortalSuspended(connection: { sync(): void }): void
}

/**
 * Asks one statement, by the extended protocol, which takes no more than that.
 *
 * @throws the error of the system or the server as it came
 */
export async function queryOnce(
  client: Client,
  { sql, parameters, maxRows }: OneQuery,
): Promise<QueryResult<unknown[]>> {
  const { Query } = await import('pg')
  const rows = maxRows === undefined ? {} : { rows: maxRows + 1 }
  const config = { text: sql, values: [...parameters], rowMode: 'array', queryMode: 'extended', ...rows }
  return await new Promise((resolve, reject) => {
    const query = new Query(config, (error, result) => (error ? reject(error) : resolve(result)))
    // pg would go on with the next rows; these are enough.
    const suspendable: Suspendable = { handlePortalSuspended: (connection) => connection.sync() }
    client.query(Object.assign(query, suspendable))
  })
}
