import { idOf } from '../names.ts'
import type { JournalEntry } from '../ports.ts'
import type { Incident, Seconds } from '../types.ts'
import { joined } from '../words/joined.ts'

/** Less may be how long an answer took, or a clock that is being corrected. */
const SLACK = 60

/** How far the clock that counts was ahead of the watching one when something was noted; undefined where nobody knows. */
type Ahead = Seconds | undefined

/**
 * An instant of an earlier run, as the watching clock shows it now: that clock may have been set since, and the one that
 * counts was right.
 */
export function onPresentClock(at: Date, then: Ahead, now: Ahead): Date {
  if (then === undefined || now === undefined || Math.abs(then - now) <= SLACK) return at
  const moved = new Date(at.getTime() + Math.round((then - now) * 1_000))
  return Number.isNaN(moved.getTime()) ? at : moved
}

/**
 * Puts the times of an incident on the watching clock as it goes now. Times at which we told somebody, or somebody did
 * something, stay: these may be of either clock.
 *
 * @returns the same object where nothing changed
 */
export function presentIncident(incident: Incident, ahead: Ahead): Incident {
  if (ahead === undefined) return incident
  const move = (at: Date): Date => onPresentClock(at, incident.ahead, ahead)
  const { since, openedAt, seenAt, lastBeat, closedAt, earlier } = incident
  if (incident.ahead !== undefined && move(since) === since) return incident
  return {
    ...incident,
    ahead,
    since: move(since),
    openedAt: move(openedAt),
    seenAt: move(seenAt),
    ...(lastBeat === undefined ? {} : { lastBeat: move(lastBeat) }),
    ...(closedAt === undefined ? {} : { closedAt: move(closedAt) }),
    earlier: earlier.map((one) => ({ ...one, since: move(one.since), closedAt: move(one.closedAt) })),
  }
}

/**
 * Puts the lines of a journal on the watching clock as it went when each check was last read.
 *
 * @param incidents what there are lockfiles of
 */
export function presentEntries(
  entries: readonly JournalEntry[],
  incidents: readonly Incident[],
): readonly JournalEntry[] {
  if (!entries.some(({ ahead = 0 }) => Math.abs(ahead) > SLACK)) return entries
  const nameOf = (one: JournalEntry | Incident): string => joined(one.origin, idOf(one))
  const last = new Map<string, Seconds>()
  for (const one of [...entries, ...incidents]) if (one.ahead !== undefined) last.set(nameOf(one), one.ahead)
  return entries.map((entry) => {
    const move = (at: Date): Date => onPresentClock(at, entry.ahead, last.get(nameOf(entry)))
    return { ...entry, at: move(entry.at), since: move(entry.since), start: move(entry.start) }
  })
}
