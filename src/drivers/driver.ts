import type { RawValue } from '../core/types.ts'

/** The few ways in which databases spell the same thing. */
export interface Dialect {
  /** one identifier, quoted; the caller puts the dot between a schema and a table */
  quote(identifier: string): string
  /** an expression for the database's own current time, as epoch seconds with a fraction */
  readonly now: string
  /**
   * An expression that holds where the column equals one of some strings, which are the statement's only parameters.
   *
   * @param column quoted already
   * @param count how many strings
   */
  isOneOf(column: string, count: number): string
  /** the parameters of that expression */
  listParameters(values: readonly string[]): readonly unknown[]
  /** the column as text, without the blanks that a padded one has at its end */
  asText(column: string): string
  /** the statement's first parameter */
  readonly firstParameter: string
  /** a statement that lists the tables and views that this user can see, each as a check would name it */
  readonly tableNames: string
  /** a statement that tells by `t` whether row security is in force for a table, which is its parameter, quoted */
  readonly hidesRows?: string
  /** a statement that tells by `1` whether the server lacks the names of zones */
  readonly lacksZones?: string
  /** a statement that names a role of this user which is not in force, if there is one, and what puts it in force */
  readonly idleRole?: { readonly sql: string; readonly cure: string }
}

/** A session of ours, that speaks UTC, or one as the server, its client's settings and the user have it. */
export type SessionKind = 'utc' | 'server'

/** How a statement is asked. */
export interface QueryOptions {
  readonly timeoutMs: number
  /** the user's own SQL may run without end, whatever it looks at; ours reads one table */
  readonly writtenBy?: 'us' | 'user'
  /** the one that speaks UTC, or the one that the server's own client would have, for SQL of the user's own */
  readonly session?: SessionKind
  /** more rows than this are not kept: the answer then has one more, and the rest is passed over */
  readonly maxRows?: number
}

/** What a query brought: each row has a value for each column. */
export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly RawValue[])[]
  /** the zone of the session, as the server calls it, where that is not UTC and nobody has chosen it */
  readonly unchosenZone?: string
}

/** An open, read-only connection that has answered its first query. */
export interface Connection {
  readonly dialect: Dialect
  /**
   * The database's clock now: as it stood at the opening, and what has passed since. For statements that do not bring
   * it themselves, without asking once more.
   */
  now(): Date
  /**
   * Asks one statement; queries follow one another. After a lost connection, and where a server has not even
   * said that its time was up, all others fail alike.
   *
   * @param parameters strings, numbers, booleans and null
   * @throws FaultError of scope `check`; with `unknownName` where a table or column does not exist
   */
  query(sql: string, parameters: readonly unknown[], options: QueryOptions): Promise<QueryResult>
}

/** What an open takes besides the target. */
export interface OpenOptions {
  /** when it fires, the connection is torn down and whatever is under way fails with a timeout */
  readonly signal: AbortSignal
  /** for connecting, logging in and the first answer together */
  readonly timeoutMs: number
  /** the session of the statement that will be asked first */
  readonly session?: SessionKind
}

/** A kind of database: opens a connection read-only, lends it, and closes it whatever happens. */
export interface Driver<Target> {
  /**
   * @throws FaultError of scope `source` for everything before the first query was answered; DriverMissingError;
   *   what `use` throws
   */
  withConnection<T>(target: Target, options: OpenOptions, use: (connection: Connection) => Promise<T>): Promise<T>
}
