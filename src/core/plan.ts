import type { Check } from './check.ts'
import type { Notifier, Source } from './ports.ts'
import type { Maintenance } from './quiet.ts'
import type { Limits } from './range.ts'
import type { FaultKind, Policy, Routes, Seconds, Severity } from './types.ts'

/** A check with whom and when to tell. */
export interface Watched {
  readonly check: Check
  readonly policy: Policy
  /** who is told on its own account, such as `ops/alert@domain.tld` */
  readonly routes: Routes
  /** when it is expected to fail */
  readonly maintenance?: Maintenance
}

/** A source with the checks that hang on it, and whom and when to tell of its own incidents. */
export interface WatchedSource {
  readonly source: Source
  /** the severity of a fault of the source itself */
  readonly severities: Readonly<Record<FaultKind, Severity>>
  readonly policy: Policy
  readonly routes: Routes
  readonly maintenance?: Maintenance
  /** a clock that differs more than this from ours is told of */
  readonly skewLimit?: Seconds
  /** in seconds: that it took longer is told of */
  readonly responseLimits?: Limits
  readonly watched: readonly Watched[]
}

/** The row that the clock of `database:NAME` has: `clock:NAME`. */
export function clockOf(source: string): string {
  return source.replace(/^database:/, 'clock:')
}

/** The row that the time has which `database:NAME` took: `response:NAME`. */
export function responseOf(source: string): string {
  return source.replace(/^database:/, 'response:')
}

/** Everything that one run is about. */
export interface Plan {
  /** whose incidents: a run touches only those of its own configuration */
  readonly origin: string
  readonly instance: string
  /** IANA zone that people read */
  readonly timezone: string
  /** what a person types to see what is open, as messages say it */
  readonly statusCommand: string
  /** how many sources are read at a time */
  readonly concurrency: number
  readonly sources: readonly WatchedSource[]
  readonly notifiers: readonly Notifier[]
  /** names of the checks to be read; what is told is never limited by it */
  readonly selected: ReadonlySet<string>
}

/** How long things may take. */
export interface Deadline {
  /** the whole run's time */
  readonly timeout: Seconds
  /** ends reading */
  readonly reading: AbortSignal
  /** ends saving what has changed, so that there is time left to tell of it */
  readonly saving: AbortSignal
  /** ends telling */
  readonly telling: AbortSignal
  /** when telling ends */
  readonly at: Date
}
