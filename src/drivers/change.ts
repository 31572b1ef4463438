import type { Change, OpenOptions, QueryResult } from './driver.ts'
import type { SqlTarget } from './target.ts'

/** The tables that we may write to have names like this. All else is only ever read. */
const OWN = /\blastalive_[a-z_]+\b/

/**
 * Writes to tables of ours, in one transaction over a connection of its own. Among several hosts it takes one that can be
 * written to. Loads only the driver that is needed.
 *
 * @returns what each statement brought
 * @throws FaultError of scope `source` for everything before the first answer, else of scope `check`; DriverMissingError
 */
export async function changeDatabase(
  target: SqlTarget,
  changes: readonly Change[],
  options: Omit<OpenOptions, 'session'>,
): Promise<readonly QueryResult[]> {
  const foreign = changes.find(({ sql }) => !OWN.test(sql))
  if (foreign !== undefined) throw new Error('only tables of lastalive are written to')
  switch (target.driver) {
    case 'postgres': {
      const { changePostgres } = await import('./postgres/change.ts')
      return await changePostgres(target, changes, options)
    }
    case 'mysql': {
      const { changeMysql } = await import('./mysql/change.ts')
      return await changeMysql(target, changes, options)
    }
    case 'sqlite': {
      const { changeSqlite } = await import('./sqlite/change.ts')
      return await changeSqlite(target, changes, options)
    }
  }
}
