import type { JournalEntry } from '../core/ports.ts'
import type { Incident } from '../core/types.ts'
import { startOf } from '../core/words/words.ts'
import { aheadIn, type Rules } from './rules.ts'

/** What the journal says of something that happened to an incident. */
export function entryOf(event: JournalEntry['event'], incident: Incident, now: Date): JournalEntry {
  const { origin, check, item, id, episode, severity, since, closedAt = now, closedBy } = incident
  const named = item === undefined ? { check } : { check, item }
  // Of an end the journal says the very time that the notice of it does.
  const at = event === 'closed' ? closedAt : now
  const summary = event === 'closed' ? (closedBy?.summary ?? incident.summary) : incident.summary
  return { at, event, origin, ...named, id, episode, severity, summary, since, start: startOf(incident) }
}

/** The same in a run, which knows how far the clock that counts is ahead of ours. */
export function entryIn(rules: Rules, event: JournalEntry['event'], incident: Incident): JournalEntry {
  const entry = entryOf(event, incident, rules.clock.now())
  const ahead = aheadIn(rules, incident)
  return ahead === undefined ? entry : { ...entry, ahead: Math.round(ahead) }
}
