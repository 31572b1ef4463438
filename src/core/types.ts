import type { Before } from './incident/lately.ts'
import type { Figure } from './judge/figure.ts'
import type { Limits, Range } from './judge/range.ts'
import type { Mistake, OfConfiguration } from './mistakes.ts'
import type { OfSource } from './names.ts'
import type { Seconds } from './time/duration.ts'

export type { Policy, Routes } from './policy.ts'
export type { OfSource, Seconds }

/** How bad a check is, in rising order: ok < unknown < warning < critical. */
export type Severity = 'ok' | 'unknown' | 'warning' | 'critical'

/** A severity that somebody is told of. */
export type BadSeverity = Exclude<Severity, 'ok'>

/** What kept a source from answering. */
export type FaultKind = 'unreachable' | 'timeout' | 'denied' | 'invalid' | 'failed'

/**
 * A read that failed, as data: one dead database never stops the other checks.
 *
 * `scope` is `source` for everything before the first query was answered (that is told once, as the
 * database's own incident) and `check` for everything after.
 */
export interface Fault {
  readonly kind: FaultKind
  readonly scope: 'source' | 'check'
  /** one line, without passwords, not yet cleaned of control characters */
  readonly message: string
  /** what to do about it */
  readonly cure?: string
  /** what the database does not know by the name that it was asked for: names near to it are looked up for the cure */
  readonly unknownName?: 'table' | 'column'
  /** it is about one of the values that were bound to parameters: without it the others may be answered */
  readonly isParameters?: true
}

/** A column's value as the database wrote it, in a session that speaks UTC. */
export interface RawValue {
  /** null for NULL */
  readonly text: string | null
  /** `zoned` is an instant, `naive` a timestamp or date without a zone; `other` can hold no instant */
  readonly type: 'text' | 'number' | 'zoned' | 'naive' | 'other'
  /** the database's own name of the type, for people */
  readonly typeName: string
  /** an instant of which the clock shows the time twice, and nobody can say which one it is */
  readonly isGuess?: true
}

/** What a source said about one check, or about one of its rows. */
export type Reading = {
  /** the row's name, where a check reads many */
  readonly item?: string
  /** the row's own limits, before those of the check */
  readonly limits?: Limits
  /** the value that it was read from, after a JSON path and a pattern have found it */
  readonly raw?: RawValue
  /** what to do where it is not well */
  readonly cure?: string
} & (
  | Beat
  | { readonly kind: 'amount'; readonly value: Figure }
  /** there is no beat: no row, or a value that means "never" */
  | { readonly kind: 'absent'; readonly why: string }
  /** a deadline that never comes: `infinity`, or the last day of the calendar */
  | { readonly kind: 'endless'; readonly why: string }
  /** all rows of a check were read; a reading for each comes besides */
  | { readonly kind: 'rows'; readonly count: number }
  /** its source knows better than a limit how it is: a plugin, a certificate, a status */
  | {
      readonly kind: 'judged'
      readonly severity: Severity
      readonly summary: string
      readonly metrics?: readonly Metric[]
    }
  | { readonly kind: 'fault'; readonly fault: Fault }
)

/** A timestamp and the source's own "now", both on the source's clock, and when they arrived, on ours. */
export interface Beat {
  readonly kind: 'beat'
  readonly at: Date
  readonly asOf: Date
  readonly readAt: Date
}

/** Why a verdict is what it is; `answered` is a database's that is well, `rows` that of a check whose rows were read. */
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
  /** undefined where it could not be determined */
  readonly value: Figure | undefined
  readonly unit: '' | 's' | 'B' | '%'
  readonly warning?: Range
  readonly critical?: Range
  readonly min?: number
  /** it is how late a scheduled run is, and not an age */
  readonly isLateness?: true
  /** how many decimals matter; without it whole numbers of what cannot be below zero, else all */
  readonly digits?: number
}

/** A judged reading; one on a source itself says which source it is, and what of it was judged. */
export interface Verdict extends OfConfiguration, Partial<OfSource> {
  /** name of the check, `database:NAME`, `clock:NAME` and `response:NAME` for its clock and for how long it took, or `run:lock` and the like for a run of ours */
  readonly check: string
  /** the row's name, as the database has it */
  readonly item?: string
  readonly kind: 'check' | 'database' | 'clock' | 'response' | 'run'
  readonly severity: Severity
  readonly cause: Cause
  /** one clean line, without the name */
  readonly summary: string
  /** what to do about it, one clean line */
  readonly cure?: string
  /** the value that it was read from */
  readonly raw?: RawValue
  /** when the lowest limit breached was crossed, on the watching clock */
  readonly since?: Date
  /** the last beat, put on the watching clock */
  readonly lastBeat?: Date
  /** the last beat as the source wrote it */
  readonly observed?: Date
  /** in seconds; of a deadline how long it is over */
  readonly age?: Seconds
  readonly amount?: Figure
  /** how far the source's clock is ahead of the watching one */
  readonly skew?: Seconds
  /** of a database: how long it took to connect and to answer everything, in seconds */
  readonly response?: Seconds
  /** the gravest limit breached, for an age or a deadline that is beyond it */
  readonly limit?: Seconds
  /** all of the check's rows were read, so that an item without a verdict has no row any more */
  readonly isWhole?: true
  /** `database:NAME`, or a check that it depends on, where that is why nothing is known about it; then ok where it is ok, else unknown */
  readonly blockedBy?: string
  readonly metrics: readonly Metric[]
}

/** A kind of thing to say. */
export type NoticeKind = 'opened' | 'worsened' | 'reminder' | 'flapping' | 'settled' | 'closed' | 'missed'

/** What a recipient was last told of an incident. */
export interface Told {
  readonly kind: NoticeKind
  readonly severity: BadSeverity
  readonly cause: Cause
  readonly episode: number
  readonly at: Date
  /** how many notices it has heard in this episode */
  readonly count: number
  /** Message-ID of the opening: later notices refer to it */
  readonly openingId: string
  /** it has heard that it is over */
  readonly ended?: true
  /** identities of the mistakes of the configuration that it has heard of */
  readonly mistakes?: readonly string[]
  /** it has heard that the check opens and closes all the time, and not yet that it has settled */
  readonly flapping?: true
}

/** The last try to tell a recipient that did not succeed. */
export interface Tried {
  readonly at: Date
  /** when this row of failures began */
  readonly since: Date
  /** tries in a row that were uncertain, refused for good, or refused while others were told: they make the next one wait */
  readonly count: number
  readonly kind: 'refused' | 'permanent' | 'uncertain'
  readonly error: string
  /** since it was first tried in vain, its notifier has told somebody else of the same: what refuses is not the notifier */
  readonly othersTold?: true
}

/** An earlier time that the same incident was open, while its end had not been told to all. */
export interface Episode {
  readonly episode: number
  readonly since: Date
  readonly closedAt: Date
}

/** Somebody has seen it: nothing more is said until it gets worse, or is over. */
export interface Acknowledgement {
  /** who, as the system knows them */
  readonly by: string
  readonly at: Date
  /** when it ends by itself */
  readonly until?: Date
  readonly note?: string
}

/** It opens and closes more often than `flap` allows: that is told once, until it keeps still. */
export interface Flapping {
  /** the first of the openings that were too many */
  readonly since: Date
  /** how often it has opened since then */
  readonly openings: number
}

/** A check that is not ok, from the run that opened it until everyone who must hear of its end has heard. */
export interface Incident {
  /** random; the root of its Message-IDs */
  readonly id: string
  /** whose it is: a run touches only the incidents of its own configuration */
  readonly origin: string
  /** name of the check, `database:NAME`, `clock:NAME` or `response:NAME` */
  readonly check: string
  /** the row's name, as the database has it */
  readonly item?: string
  readonly severity: BadSeverity
  readonly cause: Cause
  /** as it stood when it opened or last worsened */
  readonly summary: string
  readonly cure?: string
  /** the time of which the summary speaks */
  readonly seenAt: Date
  /** counts from 1; one more each time it fails again before its end was told to all */
  readonly episode: number
  readonly earlier: readonly Episode[]
  /** absent where it had not happened before, as far as that is known */
  readonly before?: Before
  readonly since: Date
  /** on the watching clock */
  readonly lastBeat?: Date
  readonly limit?: Seconds
  readonly openedAt: Date
  readonly closedAt?: Date
  readonly closedBy?: { readonly cause: Cause | 'unwatched'; readonly summary: string }
  /** good runs in a row since it was last seen bad */
  readonly recoveries: number
  /** who had to hear of this episode while it was open and not silenced: the only ones who are told `missed` */
  readonly audience: readonly string[]
  readonly told: Readonly<Record<string, Told>>
  readonly tried: Readonly<Record<string, Tried>>
  readonly acknowledged?: Acknowledgement
  readonly flapping?: Flapping
  /** how far the clock that counts was ahead of the watching one, on which its times stand; absent where nobody knows */
  readonly ahead?: Seconds
  /** of `run:configuration`: what was wrong in it when it opened or last worsened */
  readonly mistakes?: readonly Mistake[]
  /** of `run:configuration`: the first of the checks that were not read for these mistakes, and how many more */
  readonly notRead?: string
}

/** A count of bad runs that are not enough yet for an incident. */
export interface Pending {
  readonly count: number
  readonly firstBad: Date
  readonly ahead?: Seconds
}

/** Why nothing is said of what is open at the moment. */
export interface Quiet {
  readonly reason: 'acknowledged' | 'silenced' | 'maintenance'
}

/** Something that went wrong with what the run keeps on disk. */
export interface StateProblem {
  readonly path: string
  readonly message: string
  readonly cure?: string
}
