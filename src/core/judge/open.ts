import { secondsInDay } from 'date-fns/constants'
import type { Check, Open } from '../check.ts'
import { formatDuration } from '../time/duration.ts'
import { instantWhenOpenReaches, openSeconds } from '../time/open-time.ts'
import { formatInstant } from '../time/zone.ts'
import type { Beat, Seconds } from '../types.ts'
import { before, breachOf, expected, findFuture, formatLimit, isTooLong, limitOf, measure } from './age.ts'
import { type Finding, metricOf } from './verdict.ts'

const SIX_DAYS: Seconds = 6 * secondsInDay

export function findOpenAge(check: Check & { readonly open: Open }, reading: Beat, name: string): Finding {
  const measured = measure(check, reading, name)
  const future = findFuture(check, reading, measured)
  if (future !== undefined) return future
  const { now, age, seen } = measured
  const { windows, timezone } = check.open
  const counted = openSeconds(windows, timezone, { from: reading.at, to: now })
  const metrics = [metricOf(check, { name, value: counted, limits: check })]
  const lastBeat = before(reading.readAt, age)
  const beat = { ...seen, age: counted, metrics, lastBeat, cause: 'age' as const }
  const breach = breachOf(check, counted)
  const open = `${formatDuration(counted)} of open hours`
  const beatAt = formatBeat(lastBeat, timezone, age)
  const alive = `alive ${open} ago, ${beatAt}`
  if (breach === undefined) return { ...beat, severity: 'ok', summary: `${alive} (${expected(check)})` }
  const { severity, range, crossedAt } = breach
  const words = isTooLong(range, counted) ? `silent for ${open}, since ${beatAt}` : alive
  const crossing =
    crossedAt === undefined
      ? undefined
      : instantWhenOpenReaches(windows, timezone, { from: reading.at, seconds: crossedAt })
  const since = crossing && { since: before(reading.readAt, (now.getTime() - crossing.getTime()) / 1_000) }
  const summary = `${words} (limit ${formatLimit(range)})`
  return { ...beat, severity, summary, ...since, ...limitOf(range, counted) }
}

function formatBeat(instant: Date, timezone: string, age: Seconds): string {
  const [date = '', time = ''] = formatInstant(instant, timezone).split(' ')
  const day = age < SIX_DAYS ? new Date(`${date}T00:00:00Z`).toUTCString().slice(0, 3) : date
  return `${day} ${time.slice(0, 5)}`
}
