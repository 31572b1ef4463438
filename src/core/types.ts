import type { Failures } from './incident/failures.ts'
import type { Before } from './incident/lately.ts'
import type { Recent } from './incident/recent.ts'
import type { Figure } from './judge/figure.ts'
import type { Mistake, OfConfiguration } from './judge/mistakes.ts'
import type { Limits, Range } from './judge/range.ts'
import type { OfSource } from './names.ts'
import type { Seconds } from './time/duration.ts'
import type { LastLines } from './words/tail.ts'

export type { Policy, Routes } from './incident/policy.ts'
export type { OfSource, Seconds }

/** In rising order: ok < unknown < warning < critical. */
export type Severity = 'ok' | 'unknown' | 'warning' | 'critical'

export type BadSeverity = Exclude<Severity, 'ok'>

/** Why a source did not answer. */
export type FaultKind = 'unreachable' | 'timeout' | 'denied' | 'invalid' | 'failed'

/**
 * A failed read, as data: one dead database never stops the other checks.
 *
 * `scope` is `source` before the first query was answered, which is told once, as the database's own incident.
 * Afterwards it is `check`.
 */
export interface Fault {
  readonly kind: FaultKind
  readonly scope: 'source' | 'check'
  /** one line without passwords; may have control characters */
  readonly message: string
  /** what to do */
  readonly cure?: string
  /** set if the database does not know a name: similar names are looked up for the cure */
  readonly unknownName?: 'table' | 'column'
  /** one of the bound values caused it: without that value the others may be answered */
  readonly isParameters?: true
}

/** A column's value as the database wrote it, in a session that speaks UTC. */
export interface RawValue {
  /** null for NULL */
  readonly text: string | null
  /** `zoned` is an instant, `naive` a timestamp or date without a zone; `other` holds no instant */
  readonly type: 'text' | 'number' | 'zoned' | 'naive' | 'other'
  /** the database's own name of the type, for people */
  readonly typeName: string
  /** the clock shows this time twice, and nobody can say which instant it is */
  readonly isGuess?: true
}

/** What a source said about one check, or about one of its rows. */
export type Reading = {
  /** the row's name, if the check reads many */
  readonly item?: string
  /** the row's own limits, which replace those of the check */
  readonly limits?: Limits
  /** the value that was read, after a JSON path and a pattern found it */
  readonly raw?: RawValue
  /** what to do if it is not ok */
  readonly cure?: string
  /** what its time or number is of, where that is not known from the check: it is said behind what is judged */
  readonly about?: string
} & (
  | Beat
  /** `isLeast`: it may be more, since it was reset meanwhile */
  | { readonly kind: 'amount'; readonly value: Figure; readonly isLeast?: true }
  /** no row, or a value that means "never" */
  | { readonly kind: 'absent'; readonly why: string }
  /** a deadline that never comes: `infinity`, or the last day of the calendar */
  | { readonly kind: 'endless'; readonly why: string }
  /** all rows of a check were read; each has a reading of its own */
  | { readonly kind: 'rows'; readonly count: number }
  /** the source knows better than a limit: a plugin, a certificate, a status */
  | Judged
  | { readonly kind: 'fault'; readonly fault: Fault }
)

/** What the source says itself: how bad it is, and since when on this host's clock. */
export interface Judged extends Pick<Verdict, 'severity' | 'summary' | 'since' | 'tail'> {
  readonly kind: 'judged'
  readonly metrics?: readonly Metric[]
}

/** A timestamp and the source's "now" on the source's clock, and when they arrived on ours. */
export interface Beat {
  readonly kind: 'beat'
  readonly at: Date
  readonly asOf: Date
  readonly readAt: Date
  /** by change: it was so when it was seen for the first time */
  readonly isFirst?: true
}

/** Why a verdict is what it is. `answered`: a database that is ok; `rows`: a check whose rows were read. */
export type Cause =
  | 'age'
  | 'overdue'
  | 'schedule'
  | 'amount'
  | 'absent'
  | 'vanished'
  | 'future'
  | 'skew'
  | 'response'
  | 'rows'
  | 'judged'
  | 'blocked'
  | 'answered'
  | 'stuck'
  | 'configuration'
  | FaultKind

/** A figure for perfdata and JSON. */
export interface Metric {
  readonly name: string
  /** undefined if unknown */
  readonly value: Figure | undefined
  readonly unit: '' | 's' | 'B' | '%'
  readonly warning?: Range
  readonly critical?: Range
  readonly min?: number
  /** how late a scheduled run is, not an age */
  readonly isLateness?: true
  /** decimals that matter; without it none for what cannot be negative, else all */
  readonly digits?: number
  /** of a plugin: its own label, for where its check stands alone */
  readonly label?: string
  /** of a plugin: what it wrote behind its label */
  readonly written?: string
}

/** A judged reading. A verdict on a source itself names the source and the aspect. */
export interface Verdict extends OfConfiguration, Partial<OfSource> {
  /** the check, `database:NAME`, `clock:NAME`, `response:NAME`, or `run:lock` and the like for a run of ours */
  readonly check: string
  /** the row's name, as the database has it */
  readonly item?: string
  readonly kind: 'check' | 'database' | 'clock' | 'response' | 'run'
  readonly severity: Severity
  readonly cause: Cause
  /** one clean line, without the name */
  readonly summary: string
  /** what to do, one clean line */
  readonly cure?: string
  readonly tail?: LastLines
  readonly raw?: RawValue
  /** when the lowest breached limit was crossed, on this host's clock */
  readonly since?: Date
  /** on this host's clock */
  readonly lastBeat?: Date
  /** the last beat, as the source wrote it */
  readonly observed?: Date
  /** for a deadline, how long it is over; negative before */
  readonly age?: Seconds
  readonly amount?: Figure
  /** how far the source's clock is ahead of this host's */
  readonly skew?: Seconds
  /** for a database: how long it took to connect and to answer everything */
  readonly response?: Seconds
  /** the gravest breached limit of an age or a deadline */
  readonly limit?: Seconds
  /** all rows were read, so an item without a verdict is gone */
  readonly isWhole?: true
  /** `database:NAME`, or a check in `after`, if that is why nothing is known; then ok if that is ok, else unknown */
  readonly blockedBy?: string
  readonly metrics: readonly Metric[]
}

export type NoticeKind = 'opened' | 'worsened' | 'reminder' | 'flapping' | 'settled' | 'closed' | 'missed'

/** What a recipient was last told of an incident. */
export interface Told {
  readonly kind: NoticeKind
  readonly severity: BadSeverity
  readonly cause: Cause
  readonly episode: number
  readonly at: Date
  /** notices in this episode */
  readonly count: number
  /** Message-ID of the opening, to which later notices refer */
  readonly openingId: string
  /** it was told of the end */
  readonly ended?: true
  /** identities of the mistakes of the configuration that it was told of */
  readonly mistakes?: readonly string[]
  /** it was told that the check flaps, and not yet that it has settled */
  readonly flapping?: true
}

/** The last failed try to tell a recipient. */
export interface Tried {
  readonly at: Date
  /** when this row of failures began */
  readonly since: Date
  /**
   * tries in a row that were uncertain, refused for good, or refused while others were told; they delay the next one
   */
  readonly count: number
  readonly kind: 'refused' | 'permanent' | 'uncertain'
  readonly error: string
  /** since the first failed try, the notifier has told somebody else the same, so the notifier itself works */
  readonly othersTold?: true
}

/** An earlier time that the same incident was open, before all had been told of its end. */
export interface Episode {
  readonly episode: number
  readonly since: Date
  readonly closedAt: Date
}

/** Somebody has seen it: nothing more is told until it gets worse or is over. */
export interface Acknowledgement {
  /** the user of the operating system */
  readonly by: string
  readonly at: Date
  /** when it ends by itself */
  readonly until?: Date
  readonly note?: string
}

/** It opens and closes more often than `flap` allows. That is told once, until it settles. */
export interface Flapping {
  /** the first opening that was too many */
  readonly since: Date
  /** openings since then */
  readonly openings: number
}

/** A check that is not ok, from the run that opened it until everyone who must hear of its end has heard it. */
export interface Incident extends Pick<Verdict, 'cure' | 'tail' | 'limit'> {
  /** random; the root of its Message-IDs */
  readonly id: string
  /** the configuration that it belongs to: a run touches no others */
  readonly origin: string
  /** the check, `database:NAME`, `clock:NAME` or `response:NAME` */
  readonly check: string
  /** the row's name, as the database has it */
  readonly item?: string
  readonly severity: BadSeverity
  readonly cause: Cause
  /** from when it opened or last worsened */
  readonly summary: string
  /** the time of the summary */
  readonly seenAt: Date
  /** from 1; one more each time it fails again before all were told of its end */
  readonly episode: number
  readonly earlier: readonly Episode[]
  /** undefined if it is not known to have happened before */
  readonly before?: Before
  readonly since: Date
  /** on this host's clock */
  readonly lastBeat?: Date
  readonly openedAt: Date
  readonly closedAt?: Date
  readonly closedBy?: { readonly cause: Cause | 'unwatched'; readonly summary: string }
  /** good runs in a row since it was last bad */
  readonly recoveries: number
  /** where `failures` looks at more than a row; absent where none of these runs was bad */
  readonly recent?: Recent
  /** who had to be told of this episode while it was open and not silenced; only these are told `missed` */
  readonly audience: readonly string[]
  readonly told: Readonly<Record<string, Told>>
  readonly tried: Readonly<Record<string, Tried>>
  readonly acknowledged?: Acknowledgement
  readonly flapping?: Flapping
  /** how far the clock that counts was ahead of this host's, on which its times stand; undefined if unknown */
  readonly ahead?: Seconds
  /** for `run:configuration`: the mistakes when it opened or last worsened */
  readonly mistakes?: readonly Mistake[]
  /** for `run:configuration`: the first checks that were not read, and how many more */
  readonly notRead?: string
}

/** Bad runs that are still too few for an incident. */
export interface Pending {
  /** in a row up to the last run; 0 where that was good */
  readonly count: number
  /** when this row began */
  readonly firstBad: Date
  readonly ahead?: Seconds
  /** where `failures` looks at more than a row */
  readonly recent?: Recent
  /** what was needed at the last run; absent where an earlier version counted */
  readonly failures?: Failures
}

/** Why an open incident is muted. */
export interface Muted {
  readonly reason: 'acknowledged' | 'silenced' | 'maintenance'
}

/** What went wrong with the state on disk. */
export interface StateProblem {
  readonly path: string
  readonly message: string
  readonly cure?: string
}
