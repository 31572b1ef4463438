import { tz } from '@date-fns/tz/tz'
import { secondsInDay } from 'date-fns/constants'
import { isSameDay } from 'date-fns/isSameDay'
import type { Availability } from '../../core/incident/availability.ts'
import { type Outage, outageLength } from '../../core/incident/history.ts'
import { largest } from '../../core/lists.ts'
import { titleOf } from '../../core/names.ts'
import { formatDuration } from '../../core/time/duration.ts'
import { formatDate, formatInstant, formatTime } from '../../core/time/zone.ts'
import type { Seconds } from '../../core/types.ts'
import { inColumns } from '../../core/words/columns.ts'
import { type Place, placeLine } from '../../setup/place.ts'

export interface History {
  readonly now: Date
  readonly place: Place
  /** when the journal begins; undefined if it is empty */
  readonly from: Date | undefined
  readonly outages: readonly Outage[]
  readonly availability: readonly Availability[]
  /** the times of its shares, in the same order */
  readonly lengths: readonly Seconds[]
  readonly skipped: number
  readonly limit: number
}

/** A line for each outage, then a table of availability. */
export function formatHistory(history: History, timezone: string): string {
  const { from, outages, availability, skipped, limit } = history
  const lines = skipped === 1 ? '1 line' : `${skipped} lines`
  const left = skipped === 0 ? '' : `; ${lines} of the journal cannot be read`
  const place = placeLine(history.place)
  if (from === undefined) return `nothing has been noted yet${left}\n${place}\n`
  const nameOf = nameIn(history)
  const shown = outages.slice(0, limit).map((outage) => cellsOf(outage, { now: history.now, timezone, nameOf }))
  const table = availability.length === 0 ? [] : ['', ...tableOf(history, nameOf)]
  return [
    ...(shown.length === 0 ? ['no outage'] : inColumns(shown)),
    ...moreThan(outages.length, limit),
    ...table,
    '',
    `noted since ${formatInstant(from, timezone)}${tooShort(history)}${left}`,
    place,
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function moreThan(count: number, limit: number): readonly string[] {
  return count > limit ? [`and ${count - limit} more; see more with --limit N`] : []
}

/** Adds the origin only if two configurations have checks of the same name. */
function nameIn({ outages }: History): (one: Outage | Availability) => string {
  const origins = new Map<string, Set<string>>()
  for (const outage of outages) {
    const known = origins.get(titleOf(outage)) ?? new Set()
    origins.set(titleOf(outage), known.add(outage.origin))
  }
  return (one) => {
    const title = titleOf(one)
    return (origins.get(title)?.size ?? 0) > 1 ? `${title} of ${one.origin}` : title
  }
}

interface HistoryWords {
  readonly now: Date
  readonly timezone: string
  readonly nameOf: (one: Outage) => string
}

function cellsOf(outage: Outage, { now, timezone, nameOf }: HistoryWords): readonly string[] {
  const { severity, summary = 'its cause is no longer in the journal' } = outage
  const lasted = formatDuration(outageLength(outage, now))
  return [
    spanOf(outage, timezone),
    outage.end?.kind === 'unseen' ? `at least ${lasted}` : lasted,
    severity.toUpperCase(),
    `${nameOf(outage)}: ${summary}${marksOf(outage, timezone)}`,
  ]
}

function spanOf({ start, end }: Outage, timezone: string): string {
  const from = `${formatDate(start, timezone)} ${formatTime(start, timezone)}`
  if (end === undefined) return `${from} – now`
  if (end.kind === 'unseen') return `${from} – ?`
  const isThatDay = isSameDay(start, end.at, { in: tz(timezone) })
  return `${from} – ${isThatDay ? '' : `${formatDate(end.at, timezone)} `}${formatTime(end.at, timezone)}`
}

function marksOf({ first, worsenings, isAcknowledged, end }: Outage, timezone: string): string {
  const before = [first, ...worsenings.map(({ severity }) => severity)]
  const rises = worsenings
    .map(({ at, severity }, i) => ({ at, from: before[i] ?? first, to: severity }))
    .filter(({ from, to }) => from !== to)
  const marks = [
    ...rises.map(({ at, from }) => `${from} until ${formatTime(at, timezone)}`),
    ...(isAcknowledged ? ['seen'] : []),
    ...(end?.kind === 'cleared' ? ['cleared by hand'] : []),
    ...(end?.kind === 'unseen' ? ['its lockfile was removed'] : []),
  ]
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`
}

function tableOf({ availability, lengths, limit }: History, nameOf: (one: Availability) => string): readonly string[] {
  const shown = availability.slice(0, limit)
  const rows = shown.map((one) => [
    nameOf(one),
    ...one.shares.map((share) => (share === undefined ? '–' : `${(share * 100).toFixed(2)} %`).padStart(8)),
    `${one.outages}, together ${formatDuration(one.down)}${leftOutOf(one)}`,
  ])
  const head = ['available', ...lengths.map((length) => wordFor(length).padStart(8)), 'outages']
  return [...inColumns([head, ...rows]), ...moreThan(availability.length, limit)]
}

/** Of the longest of the times, as the rest of the last column. */
function leftOutOf({ planned }: Availability): string {
  const seconds = largest(planned, 0)
  return seconds === 0 ? '' : ` (${formatDuration(seconds)} of planned maintenance left out)`
}

function wordFor(length: Seconds): string {
  return length === secondsInDay ? '24 h' : `${length / secondsInDay} d`
}

function tooShort({ lengths, availability: [first] }: History): string {
  const short = lengths.filter((_, i) => first !== undefined && first.shares[i] === undefined).map(wordFor)
  return short.length === 0 ? '' : `: not yet long enough for ${short.join(', ')}`
}

function byLength(lengths: readonly Seconds[], figures: readonly (number | undefined)[]): object {
  return Object.fromEntries(figures.map((figure, i) => [wordFor(lengths[i] ?? 0).replace(' ', ''), figure ?? null]))
}

/** One line of JSON, the stable contract of docs/json.md. */
export function formatHistoryJson({ now, from, outages, availability, lengths, skipped, limit }: History): string {
  const contract = {
    version: 1,
    at: now,
    notedSince: from ?? null,
    skippedLines: skipped,
    outages: outages.slice(0, limit).map((outage) => ({
      name: outage.check,
      item: outage.item ?? null,
      origin: outage.origin,
      id: outage.id,
      episode: outage.episode,
      state: outage.severity,
      summary: outage.summary ?? null,
      since: outage.since,
      start: outage.start,
      opened: outage.openedAt ?? null,
      worsened: outage.worsenings.map(({ at, severity: state, summary }) => ({ at, state, summary })),
      acknowledged: outage.isAcknowledged,
      closed: outage.end?.at ?? null,
      end: outage.end?.kind ?? null,
      ending: outage.end?.summary ?? null,
      lasted_s: outageLength(outage, now),
    })),
    availability: availability
      .slice(0, limit)
      .map(({ origin, check, item, shares, outages: count, down, planned }) => ({
        name: check,
        item: item ?? null,
        origin,
        shares: byLength(lengths, shares),
        planned_s: byLength(lengths, planned),
        outages: count,
        down_s: down,
      })),
    more: { outages: Math.max(0, outages.length - limit), availability: Math.max(0, availability.length - limit) },
  }
  return `${JSON.stringify(contract)}\n`
}
