import type { RawValue } from '../core/types.ts'

/** The few ways in which databases spell the same thing. */
export interface Dialect {
  /** one identifier, quoted; the caller puts the dot between a schema and a table */
  quote(identifier: string): string
  /** an expression for the database's own current time, as epoch seconds with a fraction */
  readonly now: string
  /**
   * An expression that holds where the column equals one of the strings bound to the statement's only parameter.
   *
   * @param column quoted already
   */
  isOneOf(column: string): string
  /** that parameter's value */
  listParameter(values: readonly string[]): unknown
}

/** What a query brought: each row has a value for each column. */
export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly RawValue[])[]
}

/** An open, read-only connection that has answered its first query. */
export interface Connection {
  readonly dialect: Dialect
  /**
   * Asks one statement; queries follow one another. After a timeout or a lost connection all others fail alike.
   *
   * @throws FaultError of scope `check`
   */
  query(sql: string, parameters: readonly unknown[], options: { readonly timeoutMs: number }): Promise<QueryResult>
}

/** What an open takes besides the target. */
export interface OpenOptions {
  /** when it fires, the connection is torn down and whatever is under way fails with a timeout */
  readonly signal: AbortSignal
  /** for connecting, logging in and the first answer together */
  readonly timeoutMs: number
}

/** A kind of database: opens a connection read-only, lends it, and closes it whatever happens. */
export interface Driver<Target> {
  /**
   * @throws FaultError of scope `database` for everything before the first query was answered; DriverMissingError;
   *   what `use` throws
   */
  withConnection<T>(target: Target, options: OpenOptions, use: (connection: Connection) => Promise<T>): Promise<T>
}
