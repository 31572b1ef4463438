import type { Limits } from './judge/range.ts'
import type { Measure } from './measure.ts'
import type { Scheduled } from './time/scheduled.ts'
import type { Windows } from './time/window.ts'
import type { BadSeverity, FaultKind, Seconds, Severity } from './types.ts'

/** What can be bound to a parameter of a query. */
export type Scalar = string | number | boolean | null

/**
 * How a number is read as an instant: `auto` goes by its magnitude among units since 1970, `julian` are the days of
 * SQLite's `julianday`, `excel` the days of spreadsheets, `dotnet` and `filetime` the tenths of microseconds of .NET's
 * ticks and of Windows, `apple` the seconds of Core Data.
 */
export type Unit = 'auto' | 's' | 'ms' | 'us' | 'ns' | 'julian' | 'excel' | 'dotnet' | 'filetime' | 'apple'

/** What it means that a row which had an incident is gone. */
export type Vanished = 'closed' | BadSeverity

/** What a check expects of many rows. */
export interface Many {
  /** each row has a verdict and an incident of its own; or one is enough (`any`: the newest counts), or `all` count as one */
  readonly judge: 'each' | 'any' | 'all'
  readonly vanished: Vanished
  /** names of rows that have to be there */
  readonly expect: readonly string[]
  readonly minRows: number
  readonly maxRows: number
}

/** When the time of an age counts. */
export interface Open {
  readonly windows: Windows
  /** IANA zone of the windows */
  readonly timezone: string
}

/**
 * A named expectation: where to look, and how old, or how large, is too much.
 *
 * @typeParam Look what its source needs to know in order to read it
 */
export interface Check<Look = unknown> extends Limits {
  readonly name: string
  /** name of the source that it is read from: of a database in the configuration, else the check's own */
  readonly source: string
  /** where that is, for people: `last_alive in runtime_info of database mail` */
  readonly where: string
  readonly look: Look
  readonly measure: Measure
  /** of an age: when the beats are due, besides any limits */
  readonly scheduled?: Scheduled
  /** of an age: only time within these hours counts */
  readonly open?: Open
  /** where the value hides: a JSON path, and a pattern with one group, in this order */
  readonly json?: string
  readonly pattern?: string
  /** of one that reads many items */
  readonly many?: Many
  /** what it means that there is no beat */
  readonly missing: Severity
  /** how far in the future a beat may lie and still count as fresh */
  readonly futureTolerance: Seconds
  /** whose "now" an age is measured against */
  readonly clock: 'database' | 'local'
  readonly unit: Unit
  /** IANA zone in which a timestamp without a zone is read */
  readonly storedIn: string
  /** nobody has said so, so it is UTC */
  readonly isZoneGuessed?: true
  /** the severity of each kind of fault of this check */
  readonly faults: Readonly<Record<FaultKind, Severity>>
  /** words by which checks are selected and silenced */
  readonly tags?: readonly string[]
  /** names of checks: while one of them is not well, this one's failing says nothing of its own */
  readonly after?: readonly string[]
  /** free text for the one who is woken up */
  readonly note?: string
  /** where it says what to do */
  readonly runbook?: string
}
