import type { Incident, Severity, StateProblem, Verdict } from '../types.ts'

/** One who is owed a notice and did not get it in this run. */
export interface Undelivered {
  readonly recipient: string
  readonly checks: readonly string[]
  readonly error: string
  /** where it waits for another try */
  readonly nextTry?: Date
  /** it was refused for good for a week after the end: there is no other try */
  readonly isGivenUp: boolean
}

/** What a run found and did. */
export interface Report {
  /** the worst severity of what was read */
  readonly state: Severity
  readonly at: Date
  readonly instance: string
  readonly verdicts: readonly Verdict[]
  /** open and closing incidents of this configuration, by check */
  readonly incidents: ReadonlyMap<string, Incident>
  readonly delivered: readonly { readonly recipient: string; readonly subject: string; readonly by: string }[]
  readonly undelivered: readonly Undelivered[]
  /** what is kept quiet at the moment, a line each */
  readonly hushed: readonly string[]
  readonly problems: readonly StateProblem[]
  /** what ought to be known, and was not said today: a line each */
  readonly remarks?: readonly string[]
}
