import { partsOfTable } from '../core/find/table-name.ts'
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
  changes: Changes,
  options: Omit<OpenOptions, 'session'>,
): Promise<readonly QueryResult[]> {
  return apply(target, () => changesOf(changes).map(ofOurs), options)
}

/** Statements, or what makes them once they can be sent: what they say of times is to be as old as that. */
export type Changes = readonly Change[] | (() => readonly Change[])

function changesOf(changes: Changes): readonly Change[] {
  return typeof changes === 'function' ? changes() : changes
}

function ofOurs(change: Change): Change {
  if (!OWN.test(change.sql)) throw new Error('only tables of lastalive are written to')
  return change
}

/** A row of a table of keys and values, and where it stands. */
export interface ClassicRow {
  readonly table: string
  readonly keyColumn: string
  readonly valueColumn: string
  readonly key: string
}

/**
 * Writes the database's time, in seconds since 1970, into the row of a key, which is made where it is not there. Beside
 * tables of ours this is the only thing that is ever written.
 *
 * @throws FaultError, DriverMissingError
 */
export async function writeClassicRow(
  target: SqlTarget,
  { table, keyColumn, valueColumn, key }: ClassicRow,
  options: Omit<OpenOptions, 'session'>,
): Promise<void> {
  const { quote, seconds, places } = CLASSIC[target.driver]
  const [name, column, value] = [partsOfTable(table).map(quote).join('.'), quote(keyColumn), quote(valueColumn)]
  const [first, second] = places
  const update = `UPDATE ${name} SET ${value} = ${seconds} WHERE ${column} = ${first}`
  const isMissing = `NOT EXISTS (SELECT 1 FROM ${name} WHERE ${column} = ${second})`
  const insert = `INSERT INTO ${name} (${column}, ${value}) SELECT ${first}, ${seconds} FROM (SELECT 1 AS one) AS one WHERE ${isMissing}`
  await apply(
    target,
    () => [
      { sql: update, parameters: [key] },
      { sql: insert, parameters: [key, key] },
    ],
    options,
  )
}

const double = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

const CLASSIC = {
  postgres: {
    quote: double,
    seconds: 'extract(epoch from pg_catalog.clock_timestamp())::bigint',
    places: ['$1::text', '$2::text'],
  },
  mysql: {
    quote: (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``,
    seconds: 'unix_timestamp()',
    places: ['?', '?'],
  },
  sqlite: { quote: double, seconds: "cast(strftime('%s', 'now') AS integer)", places: ['?', '?'] },
} as const

async function apply(
  target: SqlTarget,
  changes: () => readonly Change[],
  options: Omit<OpenOptions, 'session'>,
): Promise<readonly QueryResult[]> {
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
