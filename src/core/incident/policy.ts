import type { Seconds } from '../time/duration.ts'
import type { Failures } from './failures.ts'
import type { FlapLimit } from './flap.ts'

/** Who is told: names of notifiers in a configuration, recipients in a plan. */
export interface Routes {
  /** told of an open incident of this severity */
  readonly unknown: readonly string[]
  readonly warning: readonly string[]
  readonly critical: readonly string[]
  /** told that it is over; undefined: everybody who was told that it was open */
  readonly closed?: readonly string[]
}

/** When a check's incidents are told, and to whom. */
export interface Policy {
  /** bad runs that open an incident */
  readonly failures: Failures
  /** good runs in a row that close it, where `failures` are a row as well */
  readonly recoveries: number
  /** how long after a notice a reminder is due */
  readonly remind: Seconds | 'always' | 'never'
  /** whether those who were told of the opening are told of the end */
  readonly recovered: boolean
  readonly flap?: FlapLimit
  /** names of notifiers */
  readonly notify: Routes
}
