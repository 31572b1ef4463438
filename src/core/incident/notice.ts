import type { BadSeverity, Cause, Episode, Incident, NoticeKind, Quiet, Severity } from '../types.ts'

/** What one recipient should hear of one incident, and why, or why not. */
export interface Due {
  readonly kind: NoticeKind | 'none'
  readonly reason:
    | 'first'
    | 'worse'
    | 'interval'
    | 'over'
    | 'too late'
    | 'told'
    | 'settled'
    | 'flapping'
    | 'not concerned'
    | 'not wanted'
    | 'acknowledgement over'
    | Quiet['reason']
    | 'waiting'
    | 'given up'
  /** with `waiting`: what would be said, and when the next try is */
  readonly owed?: NoticeKind
  readonly nextTry?: Date
  /** earlier episodes whose end this recipient has not heard */
  readonly earlier: readonly Episode[]
}

/** One thing to say of one incident. */
export interface Notice {
  readonly incident: Incident
  readonly kind: NoticeKind
  readonly earlier: readonly Episode[]
  /** how many notices of this episode the recipients have heard, this one included */
  readonly ordinal: number
  /** set where the incident could not be saved: the same will be said again by every run */
  readonly willRepeat?: string
}

/** What is said to some recipients of one notifier in one go. */
export interface Message {
  /** without angle brackets */
  readonly id: string
  /** Message-ID of the opening it refers to, where there is one */
  readonly openingId?: string
  readonly subject: string
  /** plain text */
  readonly text: string
  readonly html: string
  /** of the worst notice; `ok` where everything in it is over */
  readonly state: Severity
  readonly checks: readonly string[]
  /** who watches */
  readonly instance: string
  /** what it says, worst first: for programs */
  readonly facts: readonly Fact[]
  /** notices beyond those in `facts`, which are bounded */
  readonly moreFacts: number
}

/** One notice as a program reads it. */
export interface Fact {
  /** `test` where nothing is the matter, and somebody tries whether a message arrives */
  readonly kind: NoticeKind | 'test'
  /** the same for all that is said of one incident */
  readonly incident: string
  readonly episode: number
  readonly check: string
  readonly item?: string
  /** as a person calls it */
  readonly title: string
  /** `ok` where it is over */
  readonly state: Severity
  /** of the incident, also where it is over */
  readonly severity: BadSeverity
  readonly cause: Cause
  /** what was seen */
  readonly summary: string
  /** the notice in one line */
  readonly headline: string
  readonly since: Date
  readonly lastBeat?: Date
  readonly closedAt?: Date
  readonly note?: string
  readonly runbook?: string
}

/** What a notifier answers, for each recipient. */
export type Delivery = {
  readonly recipient: string
} /** `by`: who took it, in words for a person, such as "smtp server mail.example:465" */ & (
  | { readonly kind: 'accepted'; readonly by: string }
  | { readonly kind: 'refused'; readonly permanent: boolean; readonly error: string }
  /** it may have arrived, and nobody can know */
  | { readonly kind: 'uncertain'; readonly error: string }
)
