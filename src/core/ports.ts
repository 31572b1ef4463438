import type { Check } from './check.ts'
import type { Silence } from './incident/muted.ts'
import type { Delivery, Message, Sending } from './incident/notice.ts'
import type { Remark, Said } from './incident/remark.ts'
import type { Memory } from './judge/memory.ts'
import type { BadSeverity, Fault, Incident, Pending, Reading, Seconds, StateProblem } from './types.ts'

/** Tells the time. The only one in the program; everything else is handed instants. */
export interface Clock {
  now(): Date
}

/** What one look at a source brought. */
export interface Answer {
  /** of scope `source`: nothing is known about the checks that hang on it */
  readonly fault?: Fault
  /**
   * By name of the check: one reading, or, of a check with many rows, one of the check itself and one of each row. A
   * check that is missing here was not reached in time.
   */
  readonly readings: ReadonlyMap<string, readonly Reading[]>
  /** the source's clock when it answered first, and ours: for measuring the difference */
  readonly clocks?: { readonly asOf: Date; readonly readAt: Date }
  /** how long it took to connect and to answer everything, in seconds; undefined where nobody measured */
  readonly response?: Seconds
  readonly remarks?: readonly Remark[]
  /** by name of the check: what is handed to the next run, as JSON has it; undefined forgets what there was */
  readonly memory?: ReadonlyMap<string, unknown>
}

/** One thing that a source was asked, for people who look for a mistake. */
export interface Asked {
  /** in the source's own language, such as SQL */
  readonly what: string
  /** what was bound to it */
  readonly with: readonly unknown[]
  /** undefined where it was not answered */
  readonly rows?: number
  readonly seconds: Seconds
}

/** One place that is read at one go, such as a database with all the checks that look into it. */
export interface Source<Look = unknown> {
  /** as the configuration has it, `NAME`; in reports it has the row `database:NAME`, and may be called so here too */
  readonly name: string
  /** it asks for what the last run was handed: a `check` looks for that then, and else need not */
  readonly remembers?: boolean
  /** never throws for what is expected of a source: faults are data; stops when the signal fires */
  read(
    checks: readonly Check<Look>[],
    options: {
      readonly signal: AbortSignal
      readonly clock: Clock
      /** by name of the check: what the last run was handed; undefined where nothing is remembered at all */
      readonly memory?: ReadonlyMap<string, unknown> | undefined
      /** hears of each thing that is asked */
      readonly onAsked?: (asked: Asked) => void
    },
  ): Promise<Answer>
}

/** How a message is sent. */
export interface SendOptions {
  /** when it fires, the work under way is torn down and answered at once */
  readonly signal: AbortSignal
  /** by when there must be an answer */
  readonly deadline: Date
  /**
   * Hears of an answer as soon as it is known, where others are still to come; what it has heard stands in the whole
   * answer as well. Resolves when that is remembered: a notifier that waits for it before it tells the next repeats
   * fewer messages after a kill. Never rejects.
   */
  readonly onDelivery?: (delivery: Delivery) => Promise<void>
}

/** A way of telling. */
export interface Notifier {
  readonly name: string
  /** who is told on its own account: `ops`, or `ops/alert@domain.tld` */
  readonly recipients: readonly string[]
  /** what makes one message: all that is due in a run (the default), or what is due of each check, row or database */
  readonly group?: 'run' | 'check'
  /** in place of the usual subject: fields in braces, as `{headline}` */
  readonly subject?: string
  /**
   * Says one message to some of the recipients.
   *
   * Never throws for what is expected of a server; answers once for each recipient, before the signal's deadline
   * or shortly after it fires.
   *
   * @param recipients those who were tried in vain least often come first
   */
  send(message: Message, recipients: readonly string[], options: SendOptions): Promise<readonly Delivery[]>
}

/** What is counted from run to run, by identity: `check`, or `check/item`. */
export interface Counts {
  /** bad runs that are not enough for an incident yet */
  readonly pending: ReadonlyMap<string, Pending>
  /** when it opened lately, where `flap` counts that */
  readonly openings: ReadonlyMap<string, readonly Date[]>
}

/** What was found on disk. */
export interface StoredState extends Counts {
  readonly incidents: readonly Incident[]
  /** how often each of them was written, by its `id` */
  readonly revisions: ReadonlyMap<string, number>
  /** those that have run out as well; none where they cannot be read: then nothing is kept quiet */
  readonly silences: readonly Silence[]
  /**
   * Lockfiles that another program left with nothing but the news that it has told everybody: the check's name and
   * when it opened. The classic alert script's are such.
   */
  readonly foreign: readonly { readonly check: string; readonly openedAt: Date }[]
  /** what cannot be used; the run goes on without it, and says so */
  readonly problems: readonly StateProblem[]
  /** paths that cannot be used: of their checks nothing can be remembered, so their thresholds count as met */
  readonly unusable: ReadonlySet<string>
  /** false where the counts of bad runs are lost: all thresholds count as met */
  readonly isCountKnown: boolean
  /** what checks of this configuration have left for their next reading; absent if that cannot be known */
  readonly memory?: Memory
}

/** A line of the journal. */
export interface JournalEntry {
  readonly at: Date
  readonly event: 'opened' | 'worsened' | 'closed' | 'acknowledged' | 'cleared' | 'given up'
  /** whose the incident is */
  readonly origin: string
  readonly check: string
  readonly item?: string
  readonly id: string
  readonly episode: number
  readonly severity: BadSeverity
  readonly summary: string
  /** since when it has been bad in this episode */
  readonly since: Date
  /** from when its length counts: from the last beat where it was silent, else from `since` */
  readonly start: Date
  /** in whole seconds, how far the clock that counts was ahead of the watching one; absent where nobody knows */
  readonly ahead?: Seconds
}

/** What a finished run leaves behind, so that somebody can watch the watchdog. */
export interface LastRun {
  readonly at: Date
  readonly judged: number
  readonly accepted: number
  readonly errors: number
  /** IANA zone that its configuration speaks in, for those who look without one */
  readonly timezone?: string
  /** how many of the judged checks look at other watchers */
  readonly peers?: number
  /** how many recipients are owed something; absent of an earlier version */
  readonly undelivered?: number
  /** when a message was last accepted */
  readonly acceptedAt?: Date
  /** since when something is due, or was, and nothing was accepted */
  readonly failingSince?: Date
}

/** What the journal holds. */
export interface Journal {
  /** in the order in which they were written */
  readonly entries: readonly JournalEntry[]
  /** lines that are not what we write: cut off by a crash, or another's */
  readonly skipped: number
  readonly problems: readonly StateProblem[]
}

/** What the last finished run has left; without `lastRun` there was none, or it cannot be read. */
export interface FoundLastRun {
  readonly lastRun?: LastRun
  readonly problems: readonly StateProblem[]
}

/** How incidents are saved. */
export interface SaveOptions {
  /**
   * How often each had been written when it was read, by its `id`; none for what is new. What was written since then, or
   * opened by somebody else, is a conflict. What was removed since then is over, and is not brought back.
   */
  readonly revisions: ReadonlyMap<string, number>
  /** when it fires, nothing more is saved: telling must have its time */
  readonly signal?: AbortSignal
}

/** Why an incident was not saved. */
export interface NotSaved extends StateProblem {
  /** somebody else has written it meanwhile: it is to be read again, and gone on from there */
  readonly isConflict?: true
}

/** How the right to send is taken. */
export interface ClaimOptions extends Pick<SaveOptions, 'revisions'> {
  /** when whoever has it has told, or never will */
  readonly until: Date
}

/** What became of telling one recipient of one incident, which holds it in `told` or in `tried`. */
export interface Settled {
  readonly incident: Incident
  readonly recipient: string
}

/** Remembers incidents between runs, of one writer at a time or of several. Failures to do so are answers, never exceptions: each is told. */
export interface StateStore {
  /** @param checks names that are known, and with them the paths where foreign lockfiles may lie */
  load(checks: readonly string[]): Promise<StoredState>
  /**
   * Writes incidents durably.
   *
   * @returns a problem for each incident that could not be saved, by identity
   */
  save(incidents: readonly Incident[], options: SaveOptions): Promise<ReadonlyMap<string, NotSaved>>
  /** @param options.revisions what was written since then stays; without them all go */
  remove(incidents: readonly Incident[], options?: Pick<SaveOptions, 'revisions'>): Promise<readonly StateProblem[]>
  /**
   * Takes the right to send a message, before it is sent.
   *
   * @returns what is to be sent: to nobody whom another writer is telling of the same at the moment, or has told since it
   *   was read; and if one did not finish in time, its message in place of ours
   */
  claim(sending: Sending, options: ClaimOptions): Promise<readonly Sending[]>
  /**
   * Writes durably what became of telling, each as one more writing of its incident. Of the other recipients nothing is
   * changed, and what was removed meanwhile is not brought back.
   *
   * @returns a problem for each incident of which that could not be saved, by identity
   */
  told(settled: readonly Settled[]): Promise<ReadonlyMap<string, StateProblem>>
  saveCounts(counts: Counts): Promise<readonly StateProblem[]>
  /** @returns a problem also for each value that is no JSON, or too large, and so is not kept */
  saveMemory(memory: Memory): Promise<readonly StateProblem[]>
  saveSilences(silences: readonly Silence[]): Promise<readonly StateProblem[]>
  journal(entries: readonly JournalEntry[]): Promise<readonly StateProblem[]>
  loadJournal(): Promise<Journal>
  /** what was remarked lately; nothing where that cannot be known */
  loadRemarks(): Promise<Said>
  saveRemarks(said: Said): Promise<readonly StateProblem[]>
  loadLastRun(): Promise<FoundLastRun>
  saveLastRun(lastRun: LastRun): Promise<readonly StateProblem[]>
  /** where the incident of this identity is, for people */
  pathOf(id: string): string
}
