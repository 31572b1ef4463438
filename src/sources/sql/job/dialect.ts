import type { SqlDriver } from '../../../drivers/target.ts'

/** What statements on the tables of jobs need of a kind of database. */
export interface JobDialect {
  /** stands for the parameter with this number, from 1 */
  place(number: number): string
  /** the database's time */
  readonly now: string
  /** that time, less so many seconds */
  before(seconds: string): string
  /** it is this host's, so that a time of this host needs no conversion */
  readonly isOurs?: true
  /** a text such as `2026-11-30 02:30:00.000`, in UTC, as a column holds it */
  time(text: string): string
  /** the seconds since 1970 of a time in a column */
  epoch(column: string): string
  /** bytes of hexadecimal digits */
  bytes(hex: string): string
  /** the last bytes of a column, as hexadecimal digits */
  hexOfLast(column: string, count: number): string
  /** a number of a text */
  number(text: string): string
  /** inserts a row, or merges it into the one that is there */
  upsert(row: Row): string
}

/** A row to be written: the values are expressions. */
export interface Row {
  readonly table: string
  readonly key: readonly string[]
  readonly values: readonly (readonly [column: string, expression: string])[]
  readonly merges: readonly (readonly [column: string, merge: Merge])[]
}

/** What becomes of a column whose row is there already: what came first stays, or what comes last counts, if it is something. */
export type Merge = 'first' | 'last'

const POSTGRES: JobDialect = {
  place: (number) => `$${number}::text`,
  now: 'pg_catalog.clock_timestamp()',
  before: (seconds) => `pg_catalog.clock_timestamp() - ${seconds}::float8 * interval '1 second'`,
  time: (text) => `(${text} || '+00')::timestamptz`,
  epoch: (column) => `extract(epoch from ${column})::float8`,
  bytes: (hex) => `decode(${hex}, 'hex')`,
  hexOfLast: (column, count) =>
    `encode(substring(${column} from greatest(1, length(${column}) - ${count - 1})), 'hex')`,
  number: (text) => `${text}::float8`,
  upsert: upsertOnConflict,
}

const MYSQL: JobDialect = {
  place: () => '?',
  now: 'utc_timestamp(6)',
  before: (seconds) => `timestampadd(microsecond, -round(${seconds} * 1000000), utc_timestamp(6))`,
  time: (text) => `cast(${text} AS datetime(6))`,
  epoch: (column) => `timestampdiff(microsecond, '1970-01-01', ${column}) / 1000000`,
  bytes: (hex) => `unhex(${hex})`,
  hexOfLast: (column, count) => `hex(right(${column}, ${count}))`,
  number: (text) => text,
  upsert: ({ table, key: [first = ''], values, merges }) => {
    const set = merges.map(([column, merge]) => `${column} = ${merged(merge, column, `VALUES(${column})`)}`)
    return `INSERT INTO ${table} ${listed(values)} ON DUPLICATE KEY UPDATE ${set.length === 0 ? `${first} = ${first}` : set.join(', ')}`
  },
}

const SQLITE: JobDialect = {
  place: () => '?',
  isOurs: true,
  now: "strftime('%Y-%m-%d %H:%M:%f', 'now')",
  before: (seconds) => `strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ${seconds} || ' seconds')`,
  time: (text) => text,
  epoch: (column) => `(julianday(${column}) - 2440587.5) * 86400.0`,
  bytes: (hex) => `unhex(${hex})`,
  hexOfLast: (column, count) => `hex(substr(${column}, -${count}))`,
  number: (text) => `cast(${text} AS real)`,
  upsert: upsertOnConflict,
}

const DIALECTS: Readonly<Record<SqlDriver, JobDialect>> = { postgres: POSTGRES, mysql: MYSQL, sqlite: SQLITE }

/** How statements on the tables of jobs are written for a kind of database. */
export function jobDialect(driver: SqlDriver): JobDialect {
  return DIALECTS[driver]
}

function upsertOnConflict({ table, key, values, merges }: Row): string {
  const set = merges.map(([column, merge]) => `${column} = ${merged(merge, `t.${column}`, `excluded.${column}`)}`)
  const rest = set.length === 0 ? 'NOTHING' : `UPDATE SET ${set.join(', ')}`
  return `INSERT INTO ${table} AS t ${listed(values)} ON CONFLICT (${key.join(', ')}) DO ${rest}`
}

function listed(values: Row['values']): string {
  return `(${values.map(([column]) => column).join(', ')}) VALUES (${values.map(([, expression]) => expression).join(', ')})`
}

function merged(merge: Merge, there: string, incoming: string): string {
  return merge === 'first' ? `coalesce(${there}, ${incoming})` : `coalesce(${incoming}, ${there})`
}
