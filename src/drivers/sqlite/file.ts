import type { Change, QueryResult } from '../driver.ts'

/** A statement that was checked to be one that reads. */
export interface SqliteQuestion {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** one row more is read, to show that there are more */
  readonly maxRows?: number
}

export interface SqliteEngine {
  /** opens an existing file read-only, without waiting for locks; throws the library's own errors */
  open(path: string): SqliteFile
  /**
   * Writes to tables of ours in an existing file, in one transaction that is undone where something fails, without waiting
   * for locks; throws the library's own errors
   */
  change(path: string, changes: readonly Change[]): readonly QueryResult[]
  /** the name of SQLite's result code, such as `SQLITE_BUSY`; empty for other errors */
  codeOf(error: unknown): string
}

/** Synchronous: nothing can stop it. */
export interface SqliteFile {
  /** @throws FaultError for what is refused here; the library's own errors */
  query(question: SqliteQuestion): QueryResult
  close(): void
}
