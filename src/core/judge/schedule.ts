import type { Check } from '../check.ts'
import { formatDuration } from '../time/duration.ts'
import type { Scheduled } from '../time/scheduled.ts'
import { formatInstant, formatTime } from '../time/zone.ts'
import type { Beat, Metric, Seconds } from '../types.ts'
import { before, findFuture, measure } from './age.ts'
import { upTo } from './range.ts'
import type { Finding } from './verdict.ts'

/**
 * Judges a schedule: `missed the run of …` is critical if no beat has come since the last due time whose grace is over.
 * A beat before that time does not count, however near.
 *
 * Due times are instants, so that a change of the clock does not change the grace.
 */
export function findScheduled(check: Check & { readonly scheduled: Scheduled }, reading: Beat, name: string): Finding {
  const measured = measure(check, reading, name)
  const future = findFuture(check, reading, measured)
  if (future !== undefined) return future
  const { now, age, seen } = measured
  const { schedule, timezone, grace } = check.scheduled
  const cause = 'schedule' as const
  const found = { ...seen, lastBeat: before(reading.readAt, age), cause }
  const waitingSince = (run: Date | undefined) => ({ metrics: [lateMetric(name, run, { now, grace })] })
  const due = schedule.previousDue(timezone, justAfter(before(now, grace)))
  if (due !== undefined && reading.at < due) {
    const summary = `missed the run of ${formatTime(due, timezone)} (${dueOf(due, check.scheduled)}${justBefore(due, reading.at, check.scheduled)})`
    const late = (now.getTime() - due.getTime()) / 1_000 - grace
    return { ...found, ...waitingSince(due), severity: 'critical', summary, since: before(reading.readAt, late) }
  }
  const next = nextAfter(due ?? reading.at, reading.at, check.scheduled)
  const ran = `ran ${formatDuration(Math.max(0, age))} ago`
  const summary = `${ran} (${nextOf(next, now, check.scheduled)})`
  return { ...found, ...waitingSince(next), severity: 'ok', summary }
}

/** Clocks differ by seconds, and some jobs write their time before they begin. */
const JUST_BEFORE: Seconds = 60

/** Mentions a beat so shortly before the run that it may be meant for it. */
function justBefore(due: Date, beat: Date, { schedule, timezone, grace }: Scheduled): string {
  const early = (due.getTime() - beat.getTime()) / 1_000
  if (early > Math.max(grace, JUST_BEFORE)) return ''
  const run = schedule.previousDue(timezone, due)
  // A beat nearer to the run before belongs to that one.
  if (run !== undefined && beat.getTime() - run.getTime() <= early * 1_000) return ''
  return `; the last beat came ${formatDuration(early)} before, which is none for it`
}

function lateMetric(
  name: string,
  run: Date | undefined,
  { now, grace }: { readonly now: Date; readonly grace: Seconds },
): Metric {
  const late = run === undefined ? 0 : Math.max(0, (now.getTime() - run.getTime()) / 1_000)
  return { name, value: late, unit: 's', critical: upTo(grace), min: 0, isLateness: true }
}

/** The first run due after the beat. It is asked for after `due`, so that all rows ask the same. */
function nextAfter(due: Date, beat: Date, { schedule, timezone }: Scheduled): Date | undefined {
  const next = schedule.nextDue(timezone, due)
  return next === undefined || next > beat ? next : schedule.nextDue(timezone, beat)
}

function nextOf(next: Date | undefined, now: Date, scheduled: Scheduled): string {
  if (next === undefined) return 'never due again'
  return next > now ? `next due ${formatDue(next, scheduled.timezone)}` : dueOf(next, scheduled)
}

function dueOf(due: Date, { timezone, grace }: Scheduled): string {
  return `due ${formatDue(due, timezone)}, grace ${formatDuration(grace)}`
}

function formatDue(due: Date, timezone: string): string {
  return formatInstant(due, timezone).replace(/:\d\d (?=[+-])/, ' ')
}

/** A schedule gives times strictly before an instant. A run that is due at the instant counts here. */
function justAfter(instant: Date): Date {
  return new Date(instant.getTime() + 1)
}
