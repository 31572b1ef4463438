import type { Check } from '../check.ts'
import { isOfDatabase } from '../names.ts'
import { formatDuration } from '../time/duration.ts'
import type { Beat, Seconds, Severity } from '../types.ts'
import { formatRange, isBreached, type Range } from './range.ts'
import { type Finding, metricOf } from './verdict.ts'

export function findAge(check: Check, reading: Beat, name: string): Finding {
  const measured = measure(check, reading, name)
  const future = findFuture(check, reading, measured)
  if (future !== undefined) return future
  const { age, seen } = measured
  const lastBeat = before(reading.readAt, age)
  // Within the tolerance a beat in the future counts as fresh, even if the range has a lower end.
  const counted = Math.max(0, age)
  const breach = breachOf(check, counted)
  const cause = 'age' as const
  const [alive, silent] = wordsOf(check, reading, formatDuration(counted))
  if (breach === undefined) {
    // Written out, since nearly all of thousands end here.
    const { observed, skew, metrics } = seen
    return { severity: 'ok', cause, summary: `${alive} (${expected(check)})`, lastBeat, age, observed, skew, metrics }
  }
  const isSilent = isTooLong(breach.range, counted)
  const words = isSilent ? silent : alive
  const summary = `${words} (limit ${formatLimit(breach.range)})`
  const since = sinceOf(breach, reading.readAt, counted)
  const limit = limitOf(breach.range, counted)
  return { severity: breach.severity, cause, summary, lastBeat, ...seen, ...since, ...limit }
}

/** How an age that is well is said, and one that is too long. */
function wordsOf({ by }: Check, { isFirst }: Beat, age: string): readonly [alive: string, silent: string] {
  if (by?.kind !== 'change') return [`alive ${age} ago`, `silent for ${age}`]
  if (isFirst === true) return [`first seen ${age} ago`, `unchanged since first seen ${age} ago`]
  return [`change seen ${age} ago`, `no change seen for ${age}`]
}

export function findOverdue(check: Check, reading: Beat, name: string): Finding {
  const { age, seen } = measure(check, reading, name)
  const breach = breachOf(check, age)
  const words = age > 0 ? `overdue for ${formatDuration(age)}` : `due in ${formatDuration(-age)}`
  const cause = 'overdue' as const
  if (breach === undefined) return { severity: 'ok', cause, summary: `${words} (${expected(check)})`, ...seen }
  const summary = `${words} (limit ${formatLimit(breach.range)})`
  const rest = { ...sinceOf(breach, reading.readAt, age), ...limitOf(breach.range, age) }
  return { severity: breach.severity, cause, summary, ...seen, ...rest }
}

/** A limit of an age for a person: `10 min`, or the whole range; before a deadline `1 w left`. */
export function formatLimit(range: Range): string {
  const { from, to, alerts } = range
  if (from === Number.NEGATIVE_INFINITY && alerts === 'outside') {
    return to < 0 ? `${formatDuration(-Number(to))} left` : formatDuration(Number(to))
  }
  return formatRange(range, (end) => formatDuration(Number(end)).replaceAll(' ', ''))
}

/** A beat that lies further in the future than the tolerance, so that nothing is known; undefined for other beats. */
export function findFuture(
  check: Check,
  reading: Beat,
  { age, seen }: ReturnType<typeof measure>,
): Finding | undefined {
  if (-age <= check.futureTolerance) return undefined
  const lastBeat = before(reading.readAt, age)
  const metrics = seen.metrics.map((metric) => ({ ...metric, value: undefined }))
  return { ...seen, metrics, lastBeat, severity: 'unknown', cause: 'future', summary: futureOf(check, reading, -age) }
}

/** The age of a beat, `now` on the clock that it is measured on, and what a verdict shows of it. */
export function measure(check: Check, { at, asOf, readAt }: Beat, name: string) {
  const now = check.clock === 'local' ? readAt : asOf
  const age = secondsBetween(at, now)
  // The source's clock gives the length and ours the end, so that a wrong clock over there moves nothing here.
  const seen = {
    age,
    observed: at,
    skew: secondsBetween(readAt, asOf),
    metrics: [metricOf(check, { name, value: age, limits: check })],
  }
  return { now, age, seen }
}

function futureOf(check: Check, { at, asOf, readAt }: Beat, ahead: Seconds): string {
  const words = `the last beat lies ${formatDuration(ahead)} in the future of`
  const isOurs = check.clock === 'local' || (!isOfDatabase(check.source) && asOf.getTime() === readAt.getTime())
  if (isOurs) return `${words} this host's clock; check the writer's clock, this one, and the unit`
  const whose = isOfDatabase(check.source) ? "the database's clock" : "its source's clock"
  const isFutureHere = secondsBetween(readAt, at) > check.futureTolerance
  if (isFutureHere) return `${words} ${whose}; check the writer's clock and the unit`
  return `${words} ${whose}, which is ${formatDuration(secondsBetween(asOf, readAt))} behind this host's; check ${whose}`
}

interface Breach {
  readonly severity: Severity
  readonly range: Range
  readonly crossedAt: Seconds | undefined
}

/** The gravest limit that an age breaches. The age is not rounded. One that equals a limit does not breach it. */
export function breachOf({ warning, critical }: Pick<Check, 'warning' | 'critical'>, age: Seconds): Breach | undefined {
  const breached = [warning, critical].filter((range): range is Range => range !== undefined && isBreached(range, age))
  const gravest = breached.at(-1)
  if (gravest === undefined) return undefined
  const crossings = breached.map((range) => crossingOf(range, age))
  const crossedAt = crossings.includes(undefined) ? undefined : Math.min(...crossings.map((age) => age ?? 0))
  return { severity: gravest === critical ? 'critical' : 'warning', range: gravest, crossedAt }
}

function crossingOf({ from, to, alerts }: Range, age: Seconds): Seconds | undefined {
  if (alerts === 'inside') return Number.isFinite(Number(from)) ? Number(from) : undefined
  return age > to ? Number(to) : undefined
}

/** Whether an age outside its range is too old, not too young. */
export function isTooLong({ to, alerts }: Range, age: Seconds): boolean {
  return alerts === 'outside' && age > to
}

function sinceOf({ crossedAt }: Breach, now: Date, age: Seconds): Pick<Finding, 'since'> {
  return crossedAt === undefined ? {} : { since: before(now, age - crossedAt) }
}

/** Only an age that is too long has a limit: one below its range is not silence. */
export function limitOf(range: Range, age: Seconds): Pick<Finding, 'limit'> {
  return isTooLong(range, age) ? { limit: Number(range.to) } : {}
}

export function expected({ warning, critical }: Pick<Check, 'warning' | 'critical'>): string {
  const lowest = warning ?? critical
  if (lowest === undefined) return 'no limit'
  const words = known.get(lowest) ?? `limit ${formatLimit(lowest)}`
  known.set(lowest, words)
  return words
}

const known = new WeakMap<Range, string>()

export function before(instant: Date, seconds: Seconds): Date {
  return new Date(instant.getTime() - seconds * 1_000)
}

function secondsBetween(from: Date, to: Date): Seconds {
  return (to.getTime() - from.getTime()) / 1_000
}
