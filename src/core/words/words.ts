import type { Check } from '../check.ts'
import { type Before, DAYS_BEFORE } from '../incident/lately.ts'
import type { Silence } from '../incident/muted.ts'
import type { Notice } from '../incident/notice.ts'
import { isSilence, startOf } from '../incident/start.ts'
import { formatLimit } from '../judge/age.ts'
import { formatRange, type Range } from '../judge/range.ts'
import { sourceIn, titleOf } from '../names.ts'
import { formatDuration } from '../time/duration.ts'
import { formatDate, formatDay, formatInstant, formatTime } from '../time/zone.ts'
import type { Acknowledgement, Episode, Incident } from '../types.ts'
import { clean, shorten } from './text.ts'

const NOTE_LENGTH = 1_000

const EPISODES_TOLD = 5

const MISTAKES_TOLD = 20

/**
 * A notice in one line: the words of the subject, frozen because people filter on them.
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

/** What a notice says, line by line. A value of several lines is a block. */
export function noticeRows(
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
    ...(isEnd(notice) ? [] : helpOf(incident)),
    incident.flapping && ['Flapping', oftenOf(incident, timezone)],
    incident.acknowledged && ['Seen by', acknowledgementOf(incident.acknowledged, timezone)],
    ...notice.earlier
      .slice(-EPISODES_TOLD)
      .map((episode): readonly [string, string] => ['Earlier', earlierOf(episode, timezone)]),
    againRow(notice, timezone),
    check?.note === undefined ? undefined : ['Note', tidy(check.note)],
    check?.runbook === undefined ? undefined : ['Runbook', tidy(check.runbook)],
    notice.willRepeat === undefined
      ? undefined
      : ['Repeats', `${isEnd(notice) ? 'the next run may say' : 'every run says'} this again: ${notice.willRepeat}`],
  ]
  return rows.filter((row) => row !== undefined)
}

/** What may be of use while it lasts. */
function helpOf(incident: Incident): readonly (readonly [label: string, value: string])[] {
  const { cure, tail } = incident
  return [
    ...mistakesOf(incident),
    ...(cure === undefined ? [] : [['To do', cure] as const]),
    ...(tail === undefined ? [] : [['Output', tail.join('\n')] as const]),
  ]
}

function mistakesOf({ mistakes = [], notRead }: Incident): readonly (readonly [label: string, value: string])[] {
  const left = mistakes.length - MISTAKES_TOLD
  return [
    ...mistakes.slice(0, MISTAKES_TOLD).map(({ words }) => ['Mistake', words] as const),
    ...(left > 0 ? [['Mistake', `and ${left} more: lastalive validate`] as const] : []),
    ...(notRead === undefined ? [] : [['Not read', notRead] as const]),
  ]
}

export function expectationOf(check: Check): string {
  const { warning, critical } = check
  const [words, format] = wordsOf(check)
  const limits = [
    warning === undefined ? undefined : `${format(warning)} (else warning)`,
    critical === undefined ? undefined : `${format(critical)} (else critical)`,
  ].filter((limit) => limit !== undefined)
  const of = check.many === undefined ? '' : { each: 'each of ', any: 'one of ', all: 'all of ' }[check.many.judge]
  const expected = [
    limits.length === 0 ? undefined : `${words}${limits.join(', ')}${hoursOf(check)}`,
    runsOf(check),
  ].filter((part) => part !== undefined)
  const unsaid = check.many === undefined ? 'as it should be' : 'within limits of its own'
  const whole = expected.length === 0 ? unsaid : expected.join(', and ')
  return `${of}${clean(check.where(check.look, check.source))} is ${whole}`
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
      return [[check.warning, check.critical].every(isPlain) ? 'younger than ' : 'of an age in ', formatLimit]
    case 'overdue':
      return ['', overdueIn]
    case 'amount':
      return ['in ', formatRange]
  }
}

function overdueIn(range: Range): string {
  const isBefore = isPlain(range) && range.to < 0
  return isBefore ? `due in at least ${formatDuration(-Number(range.to))}` : `overdue for at most ${formatLimit(range)}`
}

function isPlain(range: Range | undefined): boolean {
  return range === undefined || (range.from === Number.NEGATIVE_INFINITY && range.alerts === 'outside')
}

/** In seconds: from the last beat if it was silent, else from when it was first seen. */
export function lengthOf(incident: Incident): number {
  const lasted = ((incident.closedAt ?? incident.seenAt).getTime() - startOf(incident).getTime()) / 1_000
  // Negative if the clock was put back meanwhile.
  return Math.max(0, lasted)
}

export function isEnd({ kind, incident }: Pick<Notice, 'kind' | 'incident'>): boolean {
  return kind === 'closed' || kind === 'missed' || (kind === 'settled' && isOverIn(incident))
}

function isOverIn(incident: Incident): incident is Incident & { readonly closedAt: Date } {
  return incident.closedAt !== undefined
}

export function oftenOf({ flapping }: Incident, timezone: string): string {
  if (flapping === undefined) return 'opens and closes'
  return `opened ${flapping.openings} times since ${formatTime(flapping.since, timezone)}`
}

export function describeSilence({ names, tags, until, by, note }: Silence, timezone: string): string {
  const what = [...names, ...tags.map((tag) => `tag ${tag}`)].join(', ')
  return tidy(`${what}, until ${formatInstant(until, timezone)}, by ${by}${note === undefined ? '' : `: ${note}`}`)
}

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
  if (incident.cause === 'configuration') return 'valid again'
  return goneOf(incident) ?? (isOfAnswer(incident) ? 'answers again' : againOf(incident))
}

function isOfAnswer({ check }: Incident): boolean {
  return sourceIn(check)?.aspect === 'answer'
}

function againOf(incident: Incident): string {
  if (incident.cause === 'schedule') return 'ran again'
  return isSilence(incident) ? 'alive again' : 'ok again'
}

function nowOf(incident: Incident): string {
  return goneOf(incident) ?? (isOfAnswer(incident) ? 'it answers' : aliveOf(incident))
}

function aliveOf(incident: Incident): string {
  const isAlive = incident.cause === 'age' ? isSilence(incident) : incident.closedBy?.cause === 'age'
  return isAlive ? 'alive' : 'ok'
}

function goneOf({ closedBy }: Incident): string | undefined {
  if (closedBy?.cause === 'unwatched') return 'no longer watched'
  return closedBy?.cause === 'absent' || closedBy?.cause === 'vanished' ? 'no entry any more' : undefined
}

function wasOf(incident: Incident, timezone: string): string {
  const end = incident.closedAt ?? incident.seenAt
  const span = spanOf(startOf(incident), end, timezone)
  return isSilence(incident) ? `was silent ${span}` : `was ${incident.severity} ${span} (${incident.summary})`
}

/** With both dates if they differ: nobody knows when this is read. */
function spanOf(start: Date, end: Date, timezone: string): string {
  const times = [formatTime(start, timezone), formatTime(end, timezone)]
  const dates = [formatDate(start, timezone), formatDate(end, timezone)]
  if (dates[0] === dates[1]) return `from ${times[0]} to ${times[1]}`
  return `from ${dates[0]} ${times[0]} to ${dates[1]} ${times[1]}`
}

function earlierOf({ since, closedAt }: Episode, timezone: string): string {
  return `the same ${spanOf(since, closedAt, timezone)}; its end was not told`
}

function againRow({ kind, incident }: Notice, timezone: string): readonly [label: string, value: string] | undefined {
  return kind === 'opened' && incident.before !== undefined ? ['Again', beforeOf(incident.before, timezone)] : undefined
}

/** `third time in 7 days, last on Thu 26 Nov for 42 min`. */
function beforeOf({ times, since, seconds }: Before, timezone: string): string {
  const last = `last on ${formatDay(since, timezone)} for ${formatDuration(seconds)}`
  return `${ordinal(times + 1)} time in ${DAYS_BEFORE} days, ${last}`
}

const ORDINALS = ['', '', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

function ordinal(count: number): string {
  const isTeen = Math.floor(count / 10) % 10 === 1
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return ORDINALS[count] ?? `${count}${ending}`
}

function tidy(text: string): string {
  return shorten(clean(shorten(text, 2 * NOTE_LENGTH)), NOTE_LENGTH)
}

function inBothZones(instant: Date, timezone: string): string {
  const local = formatInstant(instant, timezone)
  return local.endsWith('+00:00') ? local : `${local} (${instant.toISOString().slice(0, 19)}Z)`
}
