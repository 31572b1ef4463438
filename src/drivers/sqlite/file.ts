import type { QueryResult } from '../driver.ts'

/** One statement, which has been found to be one that reads. */
export interface SqliteQuestion {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** one row more than this is read, and no further one */
  readonly maxRows?: number
}

/** A library that reads SQLite files. */
export interface SqliteEngine {
  /** opens an existing file read-only, without waiting for locks; errors come as the library has them */
  open(path: string): SqliteFile
  /** the name of SQLite's result code, such as `SQLITE_BUSY`; empty where it was not SQLite that failed */
  codeOf(error: unknown): string
}

/** An open SQLite file. Everything is synchronous, and nothing can stop it. */
export interface SqliteFile {
  /** @throws FaultError for what is refused here; else errors as the library has them */
  query(question: SqliteQuestion): QueryResult
  close(): void
}
