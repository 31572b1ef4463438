import type { JournalEntry } from '../ports.ts'
import type { Incident } from '../types.ts'
import { startOf } from './start.ts'

/** What the journal says of something that happened to an incident. */
export function entryOf(event: JournalEntry['event'], incident: Incident, now: Date): JournalEntry {
  const { origin, check, item, id, episode, severity, since, closedAt = now, closedBy } = incident
  const named = item === undefined ? { check } : { check, item }
  // Of an end the journal says the very time that the notice of it does.
  const at = event === 'closed' ? closedAt : now
  const summary = event === 'closed' ? (closedBy?.summary ?? incident.summary) : incident.summary
  return { at, event, origin, ...named, id, episode, severity, summary, since, start: startOf(incident) }
}
