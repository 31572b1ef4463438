import type { Check } from './check.ts'
import { formatDuration } from './duration.ts'
import { formatLimit } from './judge-age.ts'
import { titleOf } from './names.ts'
import type { Notice } from './notice.ts'
import type { Silence } from './quiet.ts'
import { formatRange, type Range } from './range.ts'
import { clean, shorten } from './text.ts'
import type { Acknowledgement, Episode, Incident } from './types.ts'
import { formatDate, formatInstant, formatTime } from './zone.ts'

/** How much of a note is told, in characters. */
const NOTE_LENGTH = 1_000

/** How much of a query is told, in characters. */
const SQL_LENGTH = 120

/** How many earlier episodes are told; the last ones say it. */
const EPISODES_TOLD = 5

/**
 * One notice in one line: the subject's words, frozen because people filter on them.
 *
 * @param timezone IANA zone of the times in it
 */
export function headlineOf(notice: Notice, timezone: string): string {
  const { incident } = notice
  const title = titleOf(incident)
  const severity = incident.severity.toUpperCase()
  switch (notice.kind) {
    case 'opened':
    case 'worsened':
      return `${severity} ${title}: ${incident.summary}`
    case 'reminder':
      return `REMINDER ${severity} ${title}: ${stillOf(incident, timezone)}`
    case 'flapping':
      return `FLAPPING ${title}: ${oftenOf(incident, timezone)}, last ${incident.summary}`
    case 'settled':
      return isOverIn(incident)
        ? `SETTLED OK ${title}: ${nowOf(incident)} since ${formatTime(incident.closedAt, timezone)}`
        : `SETTLED ${severity} ${title}: ${stillOf(incident, timezone)}`
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
    incident.flapping && ['Flapping', oftenOf(incident, timezone)],
    incident.acknowledged && ['Seen by', acknowledgementOf(incident.acknowledged, timezone)],
    ...notice.earlier
      .slice(-EPISODES_TOLD)
      .map((episode): readonly [string, string] => ['Earlier', earlierOf(episode, timezone)]),
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
  const { warning, critical } = check
  const [words, format] = wordsOf(check)
  const limits = [
    warning === undefined ? undefined : `${format(warning)} (else warning)`,
    critical === undefined ? undefined : `${format(critical)} (else critical)`,
  ].filter((limit) => limit !== undefined)
  const of = check.many === undefined ? '' : { each: 'each of ', any: 'one of ', all: 'all of ' }[check.many.judge]
  const expected = [
    limits.length === 0 ? undefined : `${words} ${limits.join(', ')}${hoursOf(check)}`,
    runsOf(check),
  ].filter((part) => part !== undefined)
  const whole = expected.length === 0 ? 'within limits of its own' : expected.join(', and ')
  return `${of}${clean(placeOf(check))} is ${whole}`
}

function hoursOf({ open }: Check): string {
  return open === undefined ? '' : `, counting only ${clean(open.windows.text)} (${clean(open.timezone)})`
}

function runsOf({ scheduled }: Check): string | undefined {
  if (scheduled === undefined) return undefined
  const { schedule, timezone, grace } = scheduled
  const due = `${clean(schedule.expression)} (${clean(timezone)})`
  return `in time for each run at ${due}, grace ${formatDuration(grace)} (else critical)`
}

function wordsOf(check: Check): readonly [words: string, format: (range: Range) => string] {
  switch (check.measure) {
    case 'age':
      return [[check.warning, check.critical].every(isPlain) ? 'younger than' : 'of an age in', formatLimit]
    case 'overdue':
      return ['overdue for at most', formatLimit]
    case 'amount':
      return ['in', formatRange]
  }
}

function isPlain(range: Range | undefined): boolean {
  return range === undefined || (range.from === Number.NEGATIVE_INFINITY && range.alerts === 'outside')
}

function placeOf({ place }: Check): string {
  if (place.kind === 'key') return `${place.key} in ${place.table} of database ${place.database}`
  const sql = shorten(place.sql.replaceAll(/\s+/g, ' ').trim(), SQL_LENGTH)
  return `"${sql}" in database ${place.database}`
}

/** How long an incident lasted, in seconds: from the last beat when it was silent, else from when it was first seen. */
export function lengthOf(incident: Incident): number {
  const lasted = ((incident.closedAt ?? incident.seenAt).getTime() - startOf(incident).getTime()) / 1_000
  // A clock that was put back meanwhile leaves less than nothing.
  return Math.max(0, lasted)
}

function startOf(incident: Incident): Date {
  return isSilence(incident) ? (incident.lastBeat ?? incident.since) : incident.since
}

/** An age below its range is none, and has no limit; what was taken over with its lockfile has not even a beat. */
function isSilence({ cause, limit, lastBeat }: Incident): boolean {
  return cause === 'age' && (limit !== undefined || lastBeat === undefined)
}

/** Whether a notice says that something is over. */
export function isEnd({ kind, incident }: Pick<Notice, 'kind' | 'incident'>): boolean {
  return kind === 'closed' || kind === 'missed' || (kind === 'settled' && isOverIn(incident))
}

function isOverIn(incident: Incident): incident is Incident & { readonly closedAt: Date } {
  return incident.closedAt !== undefined
}

/** How often what flaps has opened. */
export function oftenOf({ flapping }: Incident, timezone: string): string {
  if (flapping === undefined) return 'opens and closes'
  return `opened ${flapping.openings} times since ${formatTime(flapping.since, timezone)}`
}

/** What is silenced, until when, by whom and why. */
export function describeSilence({ names, tags, until, by, note }: Silence, timezone: string): string {
  const what = [...names, ...tags.map((tag) => `tag ${tag}`)].join(', ')
  return tidy(`${what}, until ${formatInstant(until, timezone)}, by ${by}${note === undefined ? '' : `: ${note}`}`)
}

/** Who has seen it, when, until when that counts, and what they wrote. */
export function acknowledgementOf({ by, at, until, note }: Acknowledgement, timezone: string): string {
  const end = until === undefined ? '' : `, until ${formatInstant(until, timezone)}`
  return tidy(`${by} at ${formatInstant(at, timezone)}${end}${note === undefined ? '' : `: ${note}`}`)
}

function stillOf(incident: Incident, timezone: string): string {
  const since = formatTime(startOf(incident), timezone)
  if (incident.cause !== 'age' || incident.limit === undefined) return `since ${since}: ${incident.summary}`
  return `silent since ${since} (limit ${formatDuration(incident.limit)})`
}

function endOf(incident: Incident): string {
  if (incident.cause === 'stuck') return 'ended'
  return goneOf(incident) ?? (incident.check.startsWith('database:') ? 'answers again' : againOf(incident))
}

function againOf(incident: Incident): string {
  if (incident.cause === 'schedule') return 'ran again'
  return isSilence(incident) ? 'alive again' : 'ok again'
}

function nowOf(incident: Incident): string {
  return goneOf(incident) ?? (incident.check.startsWith('database:') ? 'it answers' : aliveOf(incident))
}

function aliveOf(incident: Incident): string {
  const isAlive = incident.cause === 'age' ? isSilence(incident) : incident.closedBy?.cause === 'age'
  return isAlive ? 'alive' : 'ok'
}

/** There is nothing left that could be well. */
function goneOf({ closedBy }: Incident): string | undefined {
  if (closedBy?.cause === 'unwatched') return 'no longer watched'
  return closedBy?.cause === 'absent' || closedBy?.cause === 'vanished' ? 'no entry any more' : undefined
}

function wasOf(incident: Incident, timezone: string): string {
  const end = incident.closedAt ?? incident.seenAt
  const span = spanOf(startOf(incident), end, timezone)
  return isSilence(incident) ? `was silent ${span}` : `was ${incident.severity} ${span} (${incident.summary})`
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
