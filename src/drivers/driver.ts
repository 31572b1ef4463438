import type { RawValue } from '../core/types.ts'

export interface Dialect {
  /** one quoted identifier; the caller puts the dot between schema and table */
  quote(identifier: string): string
  /** an expression for the database's current time, in epoch seconds with a fraction */
  readonly now: string
  /**
   * An expression that is true if the column equals one of some strings. These are the statement's only parameters.
   *
   * @param column already quoted
   * @param count of strings
   */
  isOneOf(column: string, count: number): string
  listParameters(values: readonly string[]): readonly unknown[]
  /** the column as text, without the padding of a CHAR */
  asText(column: string): string
  readonly firstParameter: string
  /** lists the tables and views that this user can see, as a check would name them */
  readonly tableNames: string
  /** tells by `t` whether row security is in force for a table; the parameter is the quoted table */
  readonly hidesRows?: string
  /** tells by `1` whether the server lacks the names of zones */
  readonly lacksZones?: string
  /** names a role of this user that is not in force, if there is one; `cure` puts it in force */
  readonly idleRole?: { readonly sql: string; readonly cure: string }
}

/**
 * `utc` for our own SQL; `server` as the server, its client's settings and the user have set it, for the user's SQL.
 */
export type SessionKind = 'utc' | 'server'

export interface QueryOptions {
  readonly timeoutMs: number
  /** SQL of the user may run for ever, whatever it reads; ours reads one table */
  readonly writtenBy?: 'us' | 'user'
  readonly session?: SessionKind
  /** more rows are dropped, except one that shows that there were more */
  readonly maxRows?: number
}

/** A statement on its way to a server. */
export interface ServerQuestion extends Required<Pick<QueryOptions, 'timeoutMs' | 'session'>> {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** one row more is read, to show that there are more */
  readonly maxRows: number | undefined
}

export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly RawValue[])[]
  /** the session's zone, as the server calls it, if it is not UTC and nobody chose it */
  readonly unchosenZone?: string
}

export interface Connection {
  readonly dialect: Dialect
  /**
   * The database's clock: what it showed at the opening, plus the time since. For statements that do not ask for it.
   */
  now(): Date
  /**
   * Asks one statement; queries follow one another. All further queries fail alike after the connection is lost, or
   * after a server did not even say that its time was up.
   *
   * @param parameters strings, numbers, booleans and null
   * @throws FaultError of scope `check`; with `unknownName` if a table or column does not exist
   */
  query(sql: string, parameters: readonly unknown[], options: QueryOptions): Promise<QueryResult>
}

export interface OpenOptions {
  /** aborting it ends the connection, and what is under way fails with a timeout */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly session?: SessionKind
}

/** A kind of database: opens a read-only connection, lends it, and always closes it. */
export interface Driver<Target> {
  /**
   * @throws FaultError of scope `source` for everything before the first answer; DriverMissingError; what `use` throws
   */
  withConnection<T>(target: Target, options: OpenOptions, use: (connection: Connection) => Promise<T>): Promise<T>
}

/** A statement of ours on a table of ours, with its parameters in order. */
export interface Change {
  readonly sql: string
  readonly parameters: readonly (string | null)[]
}
