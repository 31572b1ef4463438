import type { Reading } from '../../core/types.ts'
import type { Dialect, QueryOptions, QueryResult } from '../../drivers/driver.ts'
import type { Clocks } from '../value.ts'
import type { SqlCheck } from './look.ts'

/** One query, and the checks that it answers. */
export interface Question {
  readonly checks: readonly SqlCheck[]
  readonly options: Omit<QueryOptions, 'timeoutMs'>
  /** what to do where its table is not there: it is one of ours */
  readonly missingTable?: string
  statement(dialect: Dialect): { readonly sql: string; readonly parameters: readonly unknown[] }
  /**
   * What the answer says.
   *
   * @param when.sent the clocks when the query was sent; `readAt` ours when it was answered
   */
  read(
    result: QueryResult,
    when: { readonly sent: Clocks; readonly readAt: Date; readonly signal: AbortSignal },
  ): Promise<{ readonly clocks: Clocks; readonly readings: ReadonlyMap<string, readonly Reading[]> }>
  /** the same in two halves, where one of several values may have spoilt it for the others */
  halves?(): readonly Question[]
}
