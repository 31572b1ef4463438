import { rank } from '../judge/severity.ts'
import { idOf, type Named } from '../names.ts'
import type { JournalEntry } from '../ports.ts'
import type { BadSeverity, Incident, Seconds } from '../types.ts'
import { startOf } from '../words/words.ts'

/** A time at which a check was not well, as the journal has it. */
export interface Outage extends Named {
  /** whose it is: two configurations may have checks of one name */
  readonly origin: string
  /** of its incident */
  readonly id: string
  readonly episode: number
  /** when it was noticed; undefined where that is not in the journal any more */
  readonly openedAt?: Date
  /** since when it was bad, on the watching clock */
  readonly since: Date
  /** from when its length counts: from the last beat where it was silent, else from `since` */
  readonly start: Date
  /** how bad it was at first, as far as that is known */
  readonly first: BadSeverity
  readonly worsenings: readonly Worsening[]
  /** the worst that it was */
  readonly severity: BadSeverity
  /** what was seen when it was at its worst; undefined where only its end is known */
  readonly summary?: string
  /** somebody said that they had seen it */
  readonly isAcknowledged: boolean
  /** of when the latest line about it is */
  readonly notedAt: Date
  /** undefined where it still is */
  readonly end?: OutageEnd
}

/** When an outage got worse. */
export interface Worsening {
  readonly at: Date
  readonly severity: BadSeverity
  readonly summary: string
}

/** How an outage ended. */
export interface OutageEnd {
  /**
   * `cleared` by hand; or `unseen`, where its lockfile was removed by hand, or a run was killed before it had made one:
   * `at` is when it was last known to be bad then
   */
  readonly kind: 'closed' | 'cleared' | 'unseen'
  readonly at: Date
  /** what was seen, where it was closed */
  readonly summary?: string
}

/** A new opening this soon after the last word on an outage, whose end nobody has seen, is about the same one. */
const SAME_WITHIN_MS = 3_600_000

/** A run notes what it has found before it saves it: for so long a lockfile that is not there may still come. */
const SAVED_WITHIN_MS = 60_000

/** What has been read so far. */
interface Story {
  readonly outages: Map<string, Outage>
  /** which of them is meant by an incident's episode */
  readonly keys: Map<string, string>
  /** the latest of each check and row */
  readonly latest: Map<string, string>
  /** what was read already: a line that stands there twice is one */
  readonly lines: Set<string>
}

/**
 * What has been, as the lines of the journal tell it, and the lockfiles confirm.
 *
 * The lines are written before what they are about: a run that was killed may have left one that came to nothing, or
 * one that the next run writes again. An end before the last one was none; an opening of what is open already is the same
 * outage, unless it is known to have been well in between.
 *
 * @param entries in the order in which they were written
 * @param options.incidents what there are lockfiles of, read before the journal; undefined where that is not known
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
 * How long an outage lasted, in seconds, as the notice of its end says it.
 *
 * @param now counts where it goes on
 */
export function outageLength({ start, end }: Outage, now: Date): Seconds {
  return Math.max(0, ((end?.at ?? now).getTime() - start.getTime()) / 1_000)
}

function tell(story: Story, entry: JournalEntry): void {
  // It says that somebody was not told, and nothing of the outage, which was over before.
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

/** Which outage a line is about. What is open, and was not well in between, goes on under whatever id. */
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

/** Nobody has seen its end. */
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
    ...(item === undefined ? {} : { item }),
    id,
    episode,
    since,
    start,
    first: severity,
    worsenings: [],
    severity,
    // The words of an end are not about what was bad.
    ...(event === 'closed' ? {} : { summary }),
    isAcknowledged: false,
    notedAt: at,
  }
}

/** Whose it is by its latest line: a lockfile of one's own outlasts the name of its check. */
function lastOf(known: Outage | undefined, { check, item, id, episode, at }: JournalEntry): Partial<Outage> {
  const notedAt = known === undefined || known.notedAt < at ? at : known.notedAt
  return { check, ...(item === undefined ? {} : { item }), id, episode, notedAt }
}

function worsened(outage: Outage, { at, severity, summary, start }: JournalEntry): Outage {
  return { ...outage, start, severity, summary, worsenings: [...outage.worsenings, { at, severity, summary }] }
}

/** How bad it was is known at its end, where the line that said so is lost. */
function closed(outage: Outage, { at, severity, summary, start }: JournalEntry): Outage {
  return { ...outage, start, severity: worseOf(outage, severity), end: { kind: 'closed', at, summary } }
}

function worseOf(outage: Outage, severity: Outage['severity']): Outage['severity'] {
  return rank(severity) > rank(outage.severity) ? severity : outage.severity
}

/** An end that was noted before was none: the run that saw it was killed. */
function goingOn({ end: _, ...outage }: Outage): Outage {
  return outage
}

/** What is open is what has a lockfile, whatever the journal says. */
function compare(story: Story, incidents: readonly Incident[], now: Date): void {
  const kept = new Set<string>()
  for (const incident of incidents) {
    if (!story.keys.has(ownKey(incident))) tell(story, openingOf(incident))
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

/** An opening that is not in the journal, or not any more. */
function openingOf(incident: Incident): JournalEntry {
  const { openedAt: at, origin, check, item, id, episode, severity, summary, since } = incident
  const named = item === undefined ? { check } : { check, item }
  return { at, event: 'opened', origin, ...named, id, episode, severity, summary, since, start: startOf(incident) }
}

/** A line that said how bad it became may be lost: the incident knows. */
function confirm(outage: Outage, { severity, closedAt, closedBy, acknowledged }: Incident): Outage {
  const isAcknowledged = outage.isAcknowledged || acknowledged !== undefined
  const seen = { ...goingOn(outage), severity: worseOf(outage, severity), isAcknowledged }
  if (closedAt === undefined) return seen
  const summary = closedBy === undefined ? {} : { summary: closedBy.summary }
  return { ...seen, end: { kind: 'closed', at: closedAt, ...summary } }
}
