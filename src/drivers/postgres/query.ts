import type { Client, QueryResult } from 'pg'

/** One statement, and how many of its rows are wanted: one more is brought, so that it shows where there are more. */
export interface OneQuery {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly maxRows: number | undefined
}

interface Wire {
  /** tells the server that this is all */
  sync(): void
}

/** The part of pg's queries that its types leave out. */
interface Limited {
  /** the rows that were asked for have come: pg would go on with the next ones */
  handlePortalSuspended(connection: Wire): void
  /** with a number of rows pg forgets to end what failed, and the server waits for it for ever */
  handleError(error: Error, connection: Wire): void
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
    const limited: Limited = {
      handlePortalSuspended: (connection) => connection.sync(),
      handleError: (error, connection) => {
        connection.sync()
        reject(error)
      },
    }
    client.query(maxRows === undefined ? query : Object.assign(query, limited))
  })
}
