import { formatDuration } from './duration.ts'
import { titleOf } from './judge.ts'
import { clean, shorten } from './text.ts'
import type { Check, Episode, Incident, Notice } from './types.ts'
import { formatDate, formatInstant, formatTime } from './zone.ts'

/** How much of a note is told, in characters. */
const NOTE_LENGTH = 1_000

/**
 * One notice in one line: the subject's words, frozen because people filter on them.
 *
 * @param timezone IANA zone of the times in it
 */
export function headlineOf(notice: Notice, timezone: string): string {
  const { incident } = notice
  const title = titleOf(incident.check)
  const severity = incident.severity.toUpperCase()
  switch (notice.kind) {
    case 'opened':
    case 'worsened':
      return `${severity} ${title}: ${incident.summary}`
    case 'reminder':
      return `REMINDER ${severity} ${title}: ${stillOf(incident, timezone)}`
    case 'closed':
      return `OK ${title}: ${endOf(incident)} after ${formatDuration(lengthOf(incident))}`
    case 'missed':
      return `MISSED ${title}: ${wasOf(incident, timezone)}, now ${nowOf(incident)}`
  }
}

/** The lines below the headline, each with its label. */
export function rowsOf(
  notice: Notice,
  { timezone, check }: { readonly timezone: string; readonly check: Check | undefined },
): readonly (readonly [label: string, value: string])[] {
  const { incident } = notice
  const both = (instant: Date): string => inBothZones(instant, timezone)
  const rows: (readonly [string, string] | undefined)[] = [
    check && ['Expected', expectationOf(check)],
    isEnd(notice) ? ['Was', `${incident.severity}: ${incident.summary}`] : ['Seen at', both(incident.seenAt)],
    incident.lastBeat && ['Last beat', both(incident.lastBeat)],
    ['Since', both(incident.since)],
    incident.closedAt && ['Until', both(incident.closedAt)],
    incident.closedBy && ['Now', incident.closedBy.summary],
    isEnd(notice) || incident.cure === undefined ? undefined : ['To do', incident.cure],
    ...notice.earlier.map((episode): readonly [string, string] => ['Earlier', earlierOf(episode, timezone)]),
    check?.note === undefined ? undefined : ['Note', tidy(check.note)],
    check?.runbook === undefined ? undefined : ['Runbook', tidy(check.runbook)],
    notice.willRepeat === undefined
      ? undefined
      : ['Repeats', `${isEnd(notice) ? 'the next run may say' : 'every run says'} this again: ${notice.willRepeat}`],
  ]
  return rows.filter((row) => row !== undefined)
}

/** What a check expects, in one line. */
export function expectationOf(check: Check): string {
  const limits = [
    check.warning === undefined ? undefined : `${formatDuration(check.warning)} (else warning)`,
    check.critical === undefined ? undefined : `${formatDuration(check.critical)} (else critical)`,
  ]
  const { key, table, database } = check.place
  const place = clean(`${key} in ${table} of database ${database}`)
  return `${place} is younger than ${limits.filter((limit) => limit !== undefined).join(', ')}`
}

/** How long an incident lasted, in seconds: from the last beat when it was silent, else from when it was first seen. */
export function lengthOf(incident: Incident): number {
  const lasted = ((incident.closedAt ?? incident.seenAt).getTime() - startOf(incident).getTime()) / 1_000
  // A clock that was put back meanwhile leaves less than nothing.
  return Math.max(0, lasted)
}

function startOf(incident: Incident): Date {
  return incident.cause === 'age' ? (incident.lastBeat ?? incident.since) : incident.since
}

function isEnd({ kind }: Notice): boolean {
  return kind === 'closed' || kind === 'missed'
}

function stillOf(incident: Incident, timezone: string): string {
  const since = formatTime(startOf(incident), timezone)
  if (incident.cause !== 'age' || incident.limit === undefined) return `since ${since}: ${incident.summary}`
  return `silent since ${since} (limit ${formatDuration(incident.limit)})`
}

function endOf(incident: Incident): string {
  if (incident.closedBy?.cause === 'unwatched') return 'no longer watched'
  if (incident.closedBy?.cause === 'absent') return 'no entry any more'
  if (incident.check.startsWith('database:')) return 'answers again'
  return incident.cause === 'age' ? 'alive again' : 'ok again'
}

function nowOf(incident: Incident): string {
  if (incident.closedBy?.cause === 'unwatched') return 'no longer watched'
  if (incident.closedBy?.cause === 'absent') return 'no entry any more'
  return incident.check.startsWith('database:') ? 'it answers' : 'alive'
}

function wasOf(incident: Incident, timezone: string): string {
  const end = incident.closedAt ?? incident.seenAt
  const span = spanOf(startOf(incident), end, timezone)
  return incident.cause === 'age' ? `was silent ${span}` : `was ${incident.severity} ${span} (${incident.summary})`
}

/** Both dates are named where they differ: nobody reads this at a known time. */
function spanOf(start: Date, end: Date, timezone: string): string {
  const times = [formatTime(start, timezone), formatTime(end, timezone)]
  const dates = [formatDate(start, timezone), formatDate(end, timezone)]
  if (dates[0] === dates[1]) return `from ${times[0]} to ${times[1]}`
  return `from ${dates[0]} ${times[0]} to ${dates[1]} ${times[1]}`
}

function earlierOf({ since, closedAt }: Episode, timezone: string): string {
  return `the same ${spanOf(since, closedAt, timezone)}; its end had not been told`
}

/** What the configuration adds: clean, and short enough for a pager. */
function tidy(text: string): string {
  return shorten(clean(shorten(text, 2 * NOTE_LENGTH)), NOTE_LENGTH)
}

function inBothZones(instant: Date, timezone: string): string {
  return `${formatInstant(instant, timezone)} (${instant.toISOString().slice(0, 19)}Z)`
}
