import { isObject } from '../own.ts'
import type { Journal, JournalEntry, StoredState } from '../ports.ts'
import type { Incident, StateProblem } from '../types.ts'
import type { Sending } from './notice.ts'

export function isProblem(value: unknown): value is StateProblem {
  return isObject(value) && 'message' in value && typeof value.message === 'string' && 'path' in value
}

/** Stores may be anybody's. So what they return is checked. */
export function isState(stored: StoredState): boolean {
  if (!isObject(stored)) return false
  const { incidents, silences, foreign, problems, pending, openings, revisions, memory = new Map(), unusable } = stored
  const lists: readonly unknown[] = [incidents, silences, foreign, problems]
  if (!lists.every((list) => Array.isArray(list) && list.every(isObject))) return false
  const maps: readonly unknown[] = [pending, openings, revisions, memory]
  return maps.every((map) => map instanceof Map) && unusable instanceof Set && incidents.every(isIncident)
}

/** Whether this is what a store may answer to a claim. */
export function areSendings(sendings: unknown): sendings is readonly Sending[] {
  const isSending = (sending: Sending): boolean =>
    isObject(sending) && isObject(sending.message) && [sending.recipients, sending.notices].every(Array.isArray)
  return Array.isArray(sendings) && sendings.every(isSending)
}

export function isJournal(journal: unknown): journal is Journal {
  const entries = isObject(journal) && 'entries' in journal ? journal.entries : undefined
  return Array.isArray(entries) && entries.every((entry: JournalEntry) => isObject(entry) && isEntry(entry))
}

function isEntry({ id, origin, check, item = '', severity, event, at, since, start, episode }: JournalEntry): boolean {
  const texts: readonly unknown[] = [id, origin, check, item, severity, event]
  const times: readonly unknown[] = [at, since, start]
  return (
    texts.every((text) => typeof text === 'string') &&
    times.every((time) => time instanceof Date) &&
    Number.isInteger(episode)
  )
}

function isIncident(incident: Incident): boolean {
  const { id, origin, check, severity, cause, summary, item = '' } = incident
  const { seenAt, since, openedAt, closedAt = since, episode, earlier, audience, told, tried } = incident
  const texts: readonly unknown[] = [id, origin, check, item, severity, cause, summary]
  const times: readonly unknown[] = [seenAt, since, openedAt, closedAt]
  return (
    texts.every((text) => typeof text === 'string') &&
    times.every((time) => time instanceof Date) &&
    Number.isInteger(episode) &&
    [earlier, audience].every((list) => Array.isArray(list)) &&
    [told, tried].every(isObject)
  )
}
