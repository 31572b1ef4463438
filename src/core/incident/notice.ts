import type { BadSeverity, Cause, Episode, Incident, Muted, NoticeKind, Severity } from '../types.ts'
import type { LastLines } from '../words/tail.ts'

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
    | Muted['reason']
    | 'waiting'
    | 'given up'
  readonly owed?: NoticeKind
  readonly nextTry?: Date
  /** earlier episodes of whose end this recipient was not told */
  readonly earlier: readonly Episode[]
}

export interface Notice {
  readonly incident: Incident
  readonly kind: NoticeKind
  readonly earlier: readonly Episode[]
  /** how many notices of this episode the recipients will have been told, this one included */
  readonly ordinal: number
  /** why the incident could not be saved; so every run will tell it again */
  readonly willRepeat?: string
}

/** What some recipients of one notifier are told at once. */
export interface Message {
  /** the Message-ID without angle brackets */
  readonly id: string
  /** Message-ID of the opening, if all notices belong to the same one */
  readonly openingId?: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** of the worst notice; `ok` if everything in it is over */
  readonly state: Severity
  readonly checks: readonly string[]
  readonly instance: string
  /** the notices for programs, worst first */
  readonly facts: readonly Fact[]
  /** how many notices `facts` leaves out */
  readonly moreFacts: number
}

/** A message, its recipients, and the notices that it carries. */
export interface Sending {
  readonly message: Message
  readonly recipients: readonly string[]
  readonly notices: readonly Notice[]
}

export interface Fact {
  /** `test` if nothing is wrong and somebody tries whether a message arrives */
  readonly kind: NoticeKind | 'test'
  /** id, the same in all messages about one incident */
  readonly incident: string
  readonly episode: number
  readonly check: string
  readonly item?: string
  readonly title: string
  readonly state: Severity
  readonly severity: BadSeverity
  readonly cause: Cause
  readonly summary: string
  readonly headline: string
  readonly since: Date
  readonly lastBeat?: Date
  readonly closedAt?: Date
  readonly note?: string
  readonly runbook?: string
  readonly tail?: LastLines
}

/** What became of a message for one address. */
export type Outcome =
  /** `by`: who took it, for a person, such as "smtp server mail.example:465" */
  | { readonly kind: 'accepted'; readonly by: string }
  | { readonly kind: 'refused'; readonly permanent: boolean; readonly error: string }
  /** it may have arrived; nobody can know */
  | { readonly kind: 'uncertain'; readonly error: string }

/** What a notifier answers for each recipient. */
export type Delivery = Outcome & { readonly recipient: string }
