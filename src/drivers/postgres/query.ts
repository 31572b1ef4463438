import type { Client, QueryResult } from 'pg'
import type { ServerQuestion } from '../driver.ts'

interface Wire {
  /** tells the server that this is all */
  sync(): void
}

/** Missing in the types of pg's queries. */
interface Limited {
  /** called when the wanted rows have come; pg itself would ask for the next ones */
  handlePortalSuspended(connection: Wire): void
  /** with a row limit pg does not sync after an error, and the server would wait for it for ever */
  handleError(error: Error, connection: Wire): void
}

/**
 * Asks one statement, by the extended protocol, which accepts only one.
 *
 * @throws the error of the system or the server
 */
export async function queryOnce(
  client: Client,
  { sql, parameters, maxRows }: Pick<ServerQuestion, 'sql' | 'parameters' | 'maxRows'>,
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
