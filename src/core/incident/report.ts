import type { Incident, Severity, StateProblem, Verdict } from '../types.ts'

export interface Undelivered {
  readonly recipient: string
  readonly checks: readonly string[]
  readonly error: string
  readonly nextTry?: Date
  /** it was refused for a week after the end, and is not tried again */
  readonly isGivenUp: boolean
}

export interface Report {
  readonly state: Severity
  readonly at: Date
  readonly instance: string
  readonly verdicts: readonly Verdict[]
  /** open and closing incidents of this configuration, by check */
  readonly incidents: ReadonlyMap<string, Incident>
  /** what has been bad in too few runs for an incident, one line each */
  readonly counting?: readonly string[]
  readonly delivered: readonly { readonly recipient: string; readonly subject: string; readonly by: string }[]
  readonly undelivered: readonly Undelivered[]
  readonly hushed: readonly string[]
  readonly problems: readonly StateProblem[]
  /** remarks that were not made today yet, one line each */
  readonly remarks?: readonly string[]
}
