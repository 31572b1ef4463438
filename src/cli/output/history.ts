import { formatDuration } from '../../core/duration.ts'
import type { Availability, Outage } from '../../core/history.ts'
import { titleOf } from '../../core/names.ts'
import type { Seconds } from '../../core/types.ts'
import { formatDate, formatInstant, formatTime } from '../../core/zone.ts'

/** What has been, and how much of the time each check was well. */
export interface History {
  readonly now: Date
  /** when the journal begins; undefined where it holds nothing */
  readonly from: Date | undefined
  /** the newest first */
  readonly outages: readonly Outage[]
  readonly availability: readonly Availability[]
  /** what its shares are about, in their order, in seconds */
  readonly lengths: readonly Seconds[]
  /** lines of the journal that could not be read */
  readonly skipped: number
}

/** A history for a person: a line for each outage, then a table of availability. */
export function formatHistory(history: History, timezone: string): string {
  const { from, outages, availability, skipped } = history
  const lines = skipped === 1 ? '1 line' : `${skipped} lines`
  const left = skipped === 0 ? '' : `; ${lines} of the journal cannot be read`
  if (from === undefined) return `nothing has been noted yet${left}\n`
  const rows = outages.map((outage) => rowOf(outage, { now: history.now, timezone }))
  const width = Math.max(0, ...rows.map(({ lasted }) => lasted.length))
  const written = rows.map(
    ({ span, lasted, severity, words }) => `${span}  ${lasted.padEnd(width)}  ${severity.padEnd(8)}  ${words}`,
  )
  return [
    ...(written.length === 0 ? ['no outage'] : written),
    ...(availability.length === 0 ? [] : ['', ...tableOf(history)]),
    '',
    `noted since ${formatInstant(from, timezone)}${left}`,
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function rowOf(outage: Outage, { now, timezone }: { readonly now: Date; readonly timezone: string }) {
  const { since, closedAt, severity, summary, isAcknowledged, isCleared } = outage
  const end = closedAt ?? now
  const isSameDay = formatDate(since, timezone) === formatDate(end, timezone)
  const until = isSameDay ? formatTime(end, timezone) : `${formatDate(end, timezone)} ${formatTime(end, timezone)}`
  const marks = [isAcknowledged ? 'seen' : undefined, isCleared ? 'cleared by hand' : undefined].filter(Boolean)
  const mark = marks.length === 0 ? '' : ` (${marks.join(', ')})`
  return {
    span: `${formatDate(since, timezone)} ${formatTime(since, timezone)} - ${closedAt === undefined ? 'now' : until}`.padEnd(
      35,
    ),
    lasted: formatDuration(Math.max(0, (end.getTime() - since.getTime()) / 1_000)),
    severity: severity.toUpperCase(),
    words: `${titleOf(outage)}: ${summary}${mark}`,
  }
}

function tableOf({ availability, lengths }: History): readonly string[] {
  const width = Math.max('available'.length, ...availability.map((one) => titleOf(one).length))
  const head = `${'available'.padEnd(width)}  ${lengths.map((length) => nameOf(length).padStart(9)).join('')}   outages`
  const rows = availability.map((one) => {
    const shares = one.shares.map((share) => percentOf(share).padStart(9)).join('')
    return `${titleOf(one).padEnd(width)}  ${shares}   ${one.outages}, together ${formatDuration(one.down)}`
  })
  return [head, ...rows]
}

function nameOf(length: Seconds): string {
  return length === 86_400 ? '24 h' : `${length / 86_400} d`
}

/** Floored, so that one with an outage is never at 100 %. */
function percentOf(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`
}

/** A history as the stable contract that docs/json.md describes: one line of JSON. */
export function formatHistoryJson({ now, from, outages, availability, lengths, skipped }: History): string {
  const contract = {
    version: 1,
    at: now.toISOString(),
    notedSince: from?.toISOString() ?? null,
    skippedLines: skipped,
    outages: outages.map((outage) => ({
      name: outage.check,
      item: outage.item ?? null,
      state: outage.severity,
      summary: outage.summary,
      since: outage.since.toISOString(),
      closed: outage.closedAt?.toISOString() ?? null,
      ending: outage.ending ?? null,
      lasted_s: Math.max(0, ((outage.closedAt ?? now).getTime() - outage.since.getTime()) / 1_000),
      acknowledged: outage.isAcknowledged,
      cleared: outage.isCleared,
    })),
    availability: availability.map(({ check, item, shares, outages: count, down }) => ({
      name: check,
      item: item ?? null,
      shares: Object.fromEntries(shares.map((share, i) => [nameOf(lengths[i] ?? 0).replace(' ', ''), share])),
      outages: count,
      down_s: down,
    })),
  }
  return `${JSON.stringify(contract)}\n`
}
