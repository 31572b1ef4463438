import { present } from '../given.ts'
import { rank } from '../judge/severity.ts'
import { idOf, type Named } from '../names.ts'
import type { JournalEntry } from '../ports.ts'
import type { BadSeverity, Incident, Seconds } from '../types.ts'
import { entryOf } from './entry.ts'

export interface Outage extends Named {
  /** where the check is defined: two configurations may have checks of the same name */
  readonly origin: string
  readonly id: string
  readonly episode: number
  /** when it was noticed; undefined if that is no longer in the journal */
  readonly openedAt?: Date
  /** since when it was bad, on the watching host's clock */
  readonly since: Date
  /** the beginning of its length: the last beat if it was silent, else `since` */
  readonly start: Date
  /** how bad it was at first, as far as known */
  readonly first: BadSeverity
  readonly worsenings: readonly Worsening[]
  readonly severity: BadSeverity
  /** what was seen when it was at its worst; undefined if only its end is known */
  readonly summary?: string
  readonly isAcknowledged: boolean
  readonly notedAt: Date
  /** undefined while it is open */
  readonly end?: OutageEnd
}

export interface Worsening {
  readonly at: Date
  readonly severity: BadSeverity
  readonly summary: string
}

export interface OutageEnd {
  /**
   * `cleared` by hand; `unseen` if its lockfile was removed by hand, or if a run was killed before it made one: `at` is
   * then when it was last known to be bad
   */
  readonly kind: 'closed' | 'cleared' | 'unseen'
  readonly at: Date
  readonly summary?: string
}

/** A new opening this soon after an outage whose end nobody saw belongs to the same outage. */
const SAME_WITHIN_MS = 3_600_000

/** A run notes what it found before it saves it. For this long a missing lockfile may still come. */
const SAVED_WITHIN_MS = 60_000

interface Story {
  readonly outages: Map<string, Outage>
  /** the outage of each episode of an incident */
  readonly keys: Map<string, string>
  /** the latest outage of each check and row */
  readonly latest: Map<string, string>
  readonly lines: Set<string>
}

/**
 * The outages that the journal tells of and the lockfiles confirm.
 *
 * A line is written before what it tells of is done. So a killed run may have left a line that came to nothing, or that
 * the next run writes again. Only the last end of an outage counts. An opening of what is already open is the same
 * outage, unless the check was known to be well in between.
 *
 * @param entries in the order in which they were written
 * @param options.incidents those with a lockfile, read before the journal; undefined if unknown
 * @returns in the order of their beginnings
 */
export function outagesOf(
  entries: readonly JournalEntry[],
  { incidents, now }: { readonly incidents: readonly Incident[] | undefined; readonly now: Date },
): readonly Outage[] {
  const story: Story = { outages: new Map(), keys: new Map(), latest: new Map(), lines: new Set() }
  for (const entry of entries) tell(story, entry)
  if (incidents !== undefined) compare(story, incidents, now)
  return [...story.outages.values()].toSorted((a, b) => a.since.getTime() - b.since.getTime())
}

/**
 * In seconds, as in the notice of its end.
 *
 * @param now the end of an outage that is still open
 */
export function outageLength({ start, end }: Outage, now: Date): Seconds {
  return Math.max(0, ((end?.at ?? now).getTime() - start.getTime()) / 1_000)
}

function tell(story: Story, entry: JournalEntry): void {
  // This line is about a recipient, not about the outage, which was over before.
  if (entry.event === 'given up') return
  const line = JSON.stringify([entry.id, entry.episode, entry.event, entry.severity])
  if (entry.event !== 'closed' && story.lines.has(line)) return
  story.lines.add(line)
  const key = keyFor(story, entry)
  story.outages.set(key, after(story.outages.get(key), entry))
}

function ownKey({ id, episode }: Pick<Outage, 'id' | 'episode'>): string {
  return JSON.stringify([id, episode])
}

/** The outage that a line is about. An open one goes on under any id, unless the check was well in between. */
function keyFor({ outages, keys, latest }: Story, entry: JournalEntry): string {
  const own = ownKey(entry)
  const known = keys.get(own)
  if (known !== undefined) return known
  const name = JSON.stringify([entry.origin, idOf(entry)])
  const before = latest.get(name)
  const outage = before === undefined ? undefined : outages.get(before)
  const key = before !== undefined && outage !== undefined && goesOn(outage, entry) ? before : own
  if (before !== undefined && outage !== undefined && key === own) outages.set(before, lose(outage))
  keys.set(own, key)
  latest.set(name, key)
  return key
}

function goesOn({ end, id, notedAt }: Outage, entry: JournalEntry): boolean {
  // The same incident opens again only after its end.
  if (end !== undefined || id === entry.id) return false
  const hasBeaten = entry.start < entry.since && entry.start > notedAt
  return !hasBeaten && entry.since.getTime() - notedAt.getTime() <= SAME_WITHIN_MS
}

/** Marks an outage whose end nobody saw. */
function lose(outage: Outage): Outage {
  return outage.end === undefined ? { ...outage, end: { kind: 'unseen', at: outage.notedAt } } : outage
}

function after(known: Outage | undefined, entry: JournalEntry): Outage {
  const outage = { ...(known ?? begun(entry)), ...lastOf(known, entry) }
  switch (entry.event) {
    case 'opened':
      if (known === undefined) return { ...outage, openedAt: entry.at }
      return rank(entry.severity) > rank(known.severity) ? worsened(outage, entry) : outage
    case 'worsened':
      return known === undefined ? outage : goingOn(worsened(outage, entry))
    case 'acknowledged':
      return goingOn({ ...outage, isAcknowledged: true })
    case 'closed':
      return closed(outage, entry)
    case 'cleared':
      return outage.end === undefined ? { ...outage, end: { kind: 'cleared', at: entry.at } } : outage
    case 'given up':
      return outage
  }
}

function begun({ origin, since, start, severity, summary, event, at, ...entry }: JournalEntry): Outage {
  const { check, item, id, episode } = entry
  return {
    origin,
    check,
    ...present({ item }),
    id,
    episode,
    since,
    start,
    first: severity,
    worsenings: [],
    severity,
    // The words of an end do not describe the outage.
    ...(event === 'closed' ? {} : { summary }),
    isAcknowledged: false,
    notedAt: at,
  }
}

/** Names it by its latest line: with `--lockfile` an incident outlives the name of its check. */
function lastOf(known: Outage | undefined, { check, item, id, episode, at }: JournalEntry): Partial<Outage> {
  const notedAt = known === undefined || known.notedAt < at ? at : known.notedAt
  return { check, ...present({ item }), id, episode, notedAt }
}

function worsened(outage: Outage, { at, severity, summary, start }: JournalEntry): Outage {
  return { ...outage, start, severity, summary, worsenings: [...outage.worsenings, { at, severity, summary }] }
}

/** The end tells how bad it was, in case the line that said so is lost. */
function closed(outage: Outage, { at, severity, summary, start }: JournalEntry): Outage {
  return { ...outage, start, severity: worseOf(outage, severity), end: { kind: 'closed', at, summary } }
}

function worseOf(outage: Outage, severity: Outage['severity']): Outage['severity'] {
  return rank(severity) > rank(outage.severity) ? severity : outage.severity
}

function goingOn({ end: _, ...outage }: Outage): Outage {
  return outage
}

/** An incident with a lockfile is open, whatever the journal says. */
function compare(story: Story, incidents: readonly Incident[], now: Date): void {
  const kept = new Set<string>()
  for (const incident of incidents) {
    if (!story.keys.has(ownKey(incident))) tell(story, entryOf('opened', incident, incident.openedAt))
    const key = story.keys.get(ownKey(incident)) ?? ''
    const outage = story.outages.get(key)
    if (outage !== undefined) story.outages.set(key, confirm(outage, incident))
    kept.add(key)
  }
  for (const [key, outage] of story.outages) {
    const isFresh = Math.abs(now.getTime() - outage.notedAt.getTime()) < SAVED_WITHIN_MS
    if (!kept.has(key) && !isFresh) story.outages.set(key, lose(outage))
  }
}

/** Adds what the incident knows and lost lines would have said. */
function confirm(outage: Outage, { severity, closedAt, closedBy, acknowledged }: Incident): Outage {
  const isAcknowledged = outage.isAcknowledged || acknowledged !== undefined
  const seen = { ...goingOn(outage), severity: worseOf(outage, severity), isAcknowledged }
  if (closedAt === undefined) return seen
  return { ...seen, end: { kind: 'closed', at: closedAt, ...present({ summary: closedBy?.summary }) } }
}
