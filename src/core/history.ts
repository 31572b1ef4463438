import { idOf } from './names.ts'
import type { JournalEntry } from './ports.ts'
import { rank } from './severity.ts'
import type { BadSeverity, Seconds } from './types.ts'

/** A time at which a check was not well, as the journal has it. */
export interface Outage {
  /** whose it is: two configurations may have checks of one name */
  readonly origin: string
  readonly check: string
  readonly item?: string
  /** since when it was bad, on the watching clock */
  readonly since: Date
  /** undefined where it still is */
  readonly closedAt?: Date
  /** the worst that it was */
  readonly severity: BadSeverity
  /** what was seen when it was at its worst */
  readonly summary: string
  /** what was seen at its end */
  readonly ending?: string
  /** somebody said that they had seen it */
  readonly isAcknowledged: boolean
  /** somebody made it forgotten, and nobody saw its end */
  readonly isCleared: boolean
}

/** How much of a time a check was well. */
export interface Availability {
  readonly check: string
  readonly item?: string
  /** by length of the time that it is about, in the order that was asked for */
  readonly shares: readonly number[]
  /** outages that reach into the longest of these times */
  readonly outages: number
  /** how long they lasted together, within the longest of these times */
  readonly down: Seconds
}

interface Known {
  readonly outage: Outage
  readonly id: string
  readonly episode: number
}

/**
 * What has been, as the lines of the journal tell it. They are written before what they are about: a run that was killed
 * may have left one that came to nothing, or one that stands there twice. An opening of what is open already is the same
 * outage, and a second end is none.
 *
 * @param entries in the order in which they were written
 * @returns the outages in the order of their beginnings
 */
export function outagesOf(entries: readonly JournalEntry[]): readonly Outage[] {
  const current = new Map<string, Known>()
  const past: Outage[] = []
  for (const entry of entries) {
    const key = JSON.stringify([entry.origin, idOf(entry)])
    const before = current.get(key)
    const after = follow(before, entry)
    if (after === undefined || after === before) continue
    if (before !== undefined && isOther(before, after)) past.push(before.outage)
    current.set(key, after)
  }
  const all = [...past, ...[...current.values()].map(({ outage }) => outage)]
  return all.toSorted((a, b) => a.since.getTime() - b.since.getTime())
}

function isOther({ outage: { closedAt } }: Known, after: Known): boolean {
  return closedAt !== undefined && after.outage.closedAt !== closedAt
}

function follow(before: Known | undefined, entry: JournalEntry): Known | undefined {
  const open = before?.outage.closedAt === undefined ? before : undefined
  switch (entry.event) {
    case 'opened':
      return open === undefined ? begun(entry) : { ...worsened(open, entry), id: entry.id, episode: entry.episode }
    case 'worsened':
      return open === undefined ? begun(entry) : worsened(open, entry)
    case 'closed':
    case 'cleared':
      return ended(before, entry)
    case 'acknowledged':
      return open === undefined ? before : { ...open, outage: { ...open.outage, isAcknowledged: true } }
    case 'given up':
      return before
  }
}

function begun({ origin, check, item, since, severity, summary, id, episode }: JournalEntry): Known {
  const named = item === undefined ? { check } : { check, item }
  const outage = { origin, ...named, since, severity, summary, isAcknowledged: false, isCleared: false }
  return { outage, id, episode }
}

function worsened(known: Known, { severity, summary }: JournalEntry): Known {
  const { outage } = known
  return rank(severity) < rank(outage.severity) ? known : { ...known, outage: { ...outage, severity, summary } }
}

/** An end whose beginning is lost has at least said since when it was bad. */
function ended(before: Known | undefined, entry: JournalEntry): Known | undefined {
  const isRepeated = before?.outage.closedAt !== undefined && before.id === entry.id && before.episode === entry.episode
  if (isRepeated) return before
  const isOpen = before !== undefined && before.outage.closedAt === undefined
  if (!isOpen && entry.event === 'cleared') return before
  const known = isOpen ? before : begun(entry)
  const ending = entry.event === 'closed' ? { ending: entry.summary } : {}
  const isCleared = entry.event === 'cleared'
  const { outage } = known
  const severity = rank(entry.severity) > rank(outage.severity) ? entry.severity : outage.severity
  return { ...known, outage: { ...outage, severity, closedAt: entry.at, ...ending, isCleared } }
}

/**
 * How much of the last so many seconds each check that had an outage was well. A warning is no outage here: what is
 * only late is there.
 *
 * @param options.lengths in seconds
 * @param options.from when the journal begins: nothing is known of what was before
 */
export function availabilityOf(
  outages: readonly Outage[],
  { now, lengths, from }: { readonly now: Date; readonly lengths: readonly Seconds[]; readonly from: Date },
): readonly Availability[] {
  const byCheck = new Map<string, Outage[]>()
  for (const outage of outages.filter(({ severity }) => severity !== 'warning')) {
    const key = JSON.stringify([outage.origin, idOf(outage)])
    byCheck.set(key, [...(byCheck.get(key) ?? []), outage])
  }
  const longest = startOf(Math.max(...lengths), { now, from })
  return [...byCheck.values()].flatMap((own): readonly Availability[] => {
    const [first] = own
    const down = downSeconds(own, longest, now)
    if (first === undefined || down === 0) return []
    const shares = lengths.map((length) => shareOf(own, startOf(length, { now, from }), now))
    const reaching = own.filter(({ closedAt }) => closedAt === undefined || closedAt > longest).length
    const named = first.item === undefined ? { check: first.check } : { check: first.check, item: first.item }
    return [{ ...named, shares, outages: reaching, down }]
  })
}

function startOf(length: Seconds, { now, from }: { readonly now: Date; readonly from: Date }): Date {
  return new Date(Math.max(now.getTime() - length * 1_000, Math.min(from.getTime(), now.getTime())))
}

function shareOf(outages: readonly Outage[], from: Date, now: Date): number {
  const whole = (now.getTime() - from.getTime()) / 1_000
  return whole <= 0 ? 1 : 1 - downSeconds(outages, from, now) / whole
}

/** Outages of one check may overlap where the clock was put back: no second counts twice. */
function downSeconds(outages: readonly Outage[], from: Date, now: Date): Seconds {
  const spans = outages
    .map(({ since, closedAt = now }) => ({
      from: Math.max(since.getTime(), from.getTime()),
      to: Math.min(closedAt.getTime(), now.getTime()),
    }))
    .toSorted((a, b) => a.from - b.from)
  let [downMs, until] = [0, from.getTime()]
  for (const span of spans) {
    downMs += Math.max(0, span.to - Math.max(span.from, until))
    until = Math.max(until, span.to)
  }
  return downMs / 1_000
}
