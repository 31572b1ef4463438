import type { Measure } from './judge/measure.ts'
import type { By } from './judge/movement.ts'
import type { Limits } from './judge/range.ts'
import type { Scheduled } from './time/scheduled.ts'
import type { Windows } from './time/window.ts'
import type { BadSeverity, FaultKind, Seconds, Severity } from './types.ts'

export type Scalar = string | number | boolean | null

/**
 * How a number becomes an instant: `auto` chooses among units since 1970 by its size; `julian` are the days of SQLite's
 * `julianday`, `excel` the days of spreadsheets, `dotnet` and `filetime` the tenths of microseconds of .NET and
 * Windows, `apple` the seconds of Core Data.
 */
export type Unit = 'auto' | 's' | 'ms' | 'us' | 'ns' | 'julian' | 'excel' | 'dotnet' | 'filetime' | 'apple'

/** The verdict when a row with an incident is gone. */
export type Vanished = 'closed' | BadSeverity

export interface Many {
  /** `each` row has a verdict and an incident of its own; with `any` the newest counts, with `all` the oldest */
  readonly judge: 'each' | 'any' | 'all'
  readonly vanished: Vanished
  /** names of rows that must be there */
  readonly expect: readonly string[]
  readonly minRows: number
  readonly maxRows: number
}

export interface Open {
  readonly windows: Windows
  /** IANA zone of the windows */
  readonly timezone: string
}

/**
 * A named expectation: where to look, and how old or how large is too much.
 *
 * @typeParam Look what its source needs to read it
 */
export interface Check<Look = unknown> extends Limits {
  readonly name: string
  /** the source that it is read from: a database of the configuration, else named like the check */
  readonly source: string
  /**
   * Says where that is, for people: `last_alive in runtime_info of database mail`. It is the kind's own, and asked when
   * somebody reads it: ten thousand texts that nobody reads would take a while.
   */
  where(look: Look, source: string): string
  readonly look: Look
  readonly measure: Measure
  /** what is judged of a value that says nothing by itself: that it changes, or by how much */
  readonly by?: By
  /** for an age: when the beats are due, besides any limits */
  readonly scheduled?: Scheduled
  /** for an age: only time within these hours counts */
  readonly open?: Open
  /** where the value is: a JSON path, and a pattern with one group, in this order */
  readonly json?: string
  readonly pattern?: string
  readonly many?: Many
  /** it looks at another watcher */
  readonly isOfPeer?: true
  /** the severity if there is no beat */
  readonly missing: Severity
  readonly futureTolerance: Seconds
  /** the clock that an age is measured on */
  readonly clock: 'database' | 'local'
  readonly unit: Unit
  /** IANA zone of timestamps without a zone */
  readonly storedIn: string
  /** nobody has written the zone, so it is UTC */
  readonly isZoneGuessed?: true
  /** the severity of each kind of fault */
  readonly faults: Readonly<Record<FaultKind, Severity>>
  readonly tags?: readonly string[]
  /** names of checks; while one of them is not ok, a failure of this one is not told */
  readonly after?: readonly string[]
  /** for whoever is woken up */
  readonly note?: string
  readonly runbook?: string
}
