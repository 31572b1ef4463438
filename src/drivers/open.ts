import type { Connection, OpenOptions } from './driver.ts'
import type { SqlTarget } from './target.ts'

/**
 * Opens a database read-only, lends the connection, and always closes it. Loads only the driver that is needed.
 *
 * @throws FaultError of scope `source` for everything before the first answer; DriverMissingError; what `use` throws
 */
export async function withDatabase<T>(
  target: SqlTarget,
  options: OpenOptions,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  switch (target.driver) {
    case 'postgres': {
      const { postgres } = await import('./postgres/postgres.ts')
      return await postgres.withConnection(target, options, use)
    }
    case 'mysql': {
      const { mysql } = await import('./mysql/mysql.ts')
      return await mysql.withConnection(target, options, use)
    }
    case 'sqlite': {
      const { sqlite } = await import('./sqlite/sqlite.ts')
      return await sqlite.withConnection(target, options, use)
    }
  }
}
