import type { Incident } from '../types.ts'

/** When the length of an incident begins: at the last beat if it was silent, else when it was first seen. */
export function startOf(incident: Incident): Date {
  return isSilence(incident) ? (incident.lastBeat ?? incident.since) : incident.since
}

/** A beat that came too early has no limit. An incident that was taken over with its lockfile has no beat either. */
export function isSilence({ cause, limit, lastBeat }: Incident): boolean {
  return cause === 'age' && (limit !== undefined || lastBeat === undefined)
}
