import { millisecondsInDay } from 'date-fns/constants'
import { idOf } from '../names.ts'
import type { JournalEntry } from '../ports.ts'
import { presentEntries } from '../time/present-clock.ts'
import type { Incident } from '../types.ts'
import { joined } from '../words/joined.ts'
import { type Before, DAYS_BEFORE } from './lately.ts'

/**
 * Notes in new incidents how often the same check was bad before, counting outages whose end is known.
 *
 * @param entries of the journal, in their order
 * @returns the incidents that have something to note
 */
export function withEarlier(opened: readonly Incident[], entries: readonly JournalEntry[]): readonly Incident[] {
  const ends = new Map<string, Map<string, JournalEntry>>(opened.map((incident) => [keyOf(incident), new Map()]))
  const isMeant = (entry: JournalEntry): boolean => isEnd(entry) && ends.has(keyOf(entry))
  for (const entry of presentEntries(entries.filter(isMeant), opened)) {
    // A killed run may have written the same end before.
    ends.get(keyOf(entry))?.set(joined(entry.id, String(entry.episode)), entry)
  }
  return opened.flatMap((incident) => {
    const before = beforeOf([...(ends.get(keyOf(incident))?.values() ?? [])], incident.openedAt)
    return before === undefined ? [] : [{ ...incident, before }]
  })
}

function beforeOf(ends: readonly JournalEntry[], openedAt: Date): Before | undefined {
  const lately = ends.filter(({ at }) => {
    const agoMs = openedAt.getTime() - at.getTime()
    return agoMs >= 0 && agoMs <= DAYS_BEFORE * millisecondsInDay
  })
  const last = lately.at(-1)
  if (last === undefined) return undefined
  const seconds = Math.max(0, last.at.getTime() - last.start.getTime()) / 1_000
  return { times: lately.length, since: last.since, seconds }
}

function isEnd({ event }: JournalEntry): boolean {
  return event === 'closed' || event === 'cleared'
}

function keyOf(one: Pick<Incident, 'origin' | 'check' | 'item'>): string {
  return joined(one.origin, idOf(one))
}
