import type { Check, Scalar } from '../../core/check.ts'
import type { Seconds } from '../../core/types.ts'

/** What a check of a database looks at. */
export type SqlLook = KeyLook | QueryLook | JobLook

/** A check of a database. */
export type SqlCheck = Check<SqlLook>

/** A key/value table and a key in it, in which with `rows: 'many'` each `*` stands for any text. */
export interface KeyLook {
  readonly kind: 'key'
  readonly table: string
  readonly keyColumn: string
  readonly valueColumn: string
  readonly key: string
  readonly rows: 'one' | 'many'
}

/** SQL of the user's or of a recipe, with the values of its parameters; `one` row, or `many`. */
export interface QueryLook {
  readonly kind: 'query'
  readonly sql: string
  readonly parameters: readonly Scalar[]
  readonly rows: 'one' | 'many'
  /** it is a recipe's, made for a session that speaks UTC */
  readonly isOurs?: true
}

/** A job, or with `rows: 'many'` all whose names are like a pattern, and what is expected of them. */
export interface JobLook {
  readonly kind: 'job'
  readonly job: string
  readonly rows: 'one' | 'many'
  readonly every?: Seconds
  readonly grace?: Seconds
  readonly maxDuration?: Seconds
  readonly exitCodes: readonly number[]
  /** IANA zone of the times that people read */
  readonly timezone: string
}
