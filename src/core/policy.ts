import type { FlapLimit } from './incident/flap.ts'
import type { Seconds } from './time/duration.ts'

/** Who hears what there is to say of a check: names of notifiers in a configuration, recipients in a plan. */
export interface Routes {
  /** who hears of what is open, by its severity */
  readonly unknown: readonly string[]
  readonly warning: readonly string[]
  readonly critical: readonly string[]
  /** who hears that it is over; undefined where all do who heard of it */
  readonly closed?: readonly string[]
}

/** When and whom a check's incidents are told. */
export interface Policy {
  /** bad runs in a row that open an incident */
  readonly failures: number
  /** good runs in a row that close it */
  readonly recoveries: number
  /** how long after a notice the same is said again */
  readonly remind: Seconds | 'always' | 'never'
  /** false where nobody hears that it is over who has heard that it was open */
  readonly recovered: boolean
  readonly flap?: FlapLimit
  /** names of notifiers */
  readonly notify: Routes
}
