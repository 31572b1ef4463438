import type { Check } from '../check.ts'
import { formatDuration } from '../time/duration.ts'
import type { Scheduled } from '../time/scheduled.ts'
import { formatInstant, formatTime } from '../time/zone.ts'
import type { Beat, Metric, Seconds } from '../types.ts'
import { before, findFuture, measure } from './age.ts'
import { upTo } from './range.ts'
import type { Finding } from './verdict.ts'

/**
 * What a schedule amounts to: `missed the run of …` where no beat has come since the last due time whose grace is over,
 * which is critical. A beat before that time is none for it, however near.
 *
 * Due times are instants, so that the grace is as long as ever when the clock changes meanwhile.
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

/** Clocks differ by seconds, and some jobs note a time before they begin. */
const JUST_BEFORE: Seconds = 60

/** A beat that came so short a time before the run that it may be meant for it. */
function justBefore(due: Date, beat: Date, { schedule, timezone, grace }: Scheduled): string {
  const early = (due.getTime() - beat.getTime()) / 1_000
  if (early > Math.max(grace, JUST_BEFORE)) return ''
  const run = schedule.previousDue(timezone, due)
  // One that is nearer to the run before it is of that.
  if (run !== undefined && beat.getTime() - run.getTime() <= early * 1_000) return ''
  return `; the last beat came ${formatDuration(early)} before, which is none for it`
}

/** For how long the run has been due that has not come yet: what is judged, with its grace. */
function lateMetric(
  name: string,
  run: Date | undefined,
  { now, grace }: { readonly now: Date; readonly grace: Seconds },
): Metric {
  const late = run === undefined ? 0 : Math.max(0, (now.getTime() - run.getTime()) / 1_000)
  return { name, value: late, unit: 's', critical: upTo(grace), min: 0, isLateness: true }
}

/** The first run that is due after the beat; asked for after the last one that was due, as all rows ask alike. */
function nextAfter(due: Date, beat: Date, { schedule, timezone }: Scheduled): Date | undefined {
  const next = schedule.nextDue(timezone, due)
  return next === undefined || next > beat ? next : schedule.nextDue(timezone, beat)
}

/** One that is due already is in its grace. */
function nextOf(next: Date | undefined, now: Date, scheduled: Scheduled): string {
  if (next === undefined) return 'never due again'
  return next > now ? `next due ${formatDue(next, scheduled.timezone)}` : dueOf(next, scheduled)
}

function dueOf(due: Date, { timezone, grace }: Scheduled): string {
  return `due ${formatDue(due, timezone)}, grace ${formatDuration(grace)}`
}

/** `2026-11-23 04:00 +01:00`: cron knows no seconds. */
function formatDue(due: Date, timezone: string): string {
  return formatInstant(due, timezone).replace(/:\d\d (?=[+-])/, ' ')
}

/** A schedule is asked for what lies strictly before; what is due at that very instant counts here. */
function justAfter(instant: Date): Date {
  return new Date(instant.getTime() + 1)
}
