import type { Job, JobRun } from '../job.ts'
import type { PairedRun } from '../job-runs.ts'
import { formatDuration } from '../time/duration.ts'
import type { Scheduled } from '../time/scheduled.ts'
import type { Seconds } from '../types.ts'

/** When runs of a job are expected. */
export interface Rhythm {
  readonly every?: Seconds
  /** goes before `every` */
  readonly scheduled?: Pick<Scheduled, 'schedule' | 'timezone'>
  readonly grace: Seconds
}

/** What is expected of a job by its check, which goes before what the job says of itself. */
export type OwnRhythm = Partial<Rhythm>

/** How late a run may be, in seconds, where neither the check nor the job says it. */
const USUAL_GRACE: Seconds = 600

/** Clocks differ by seconds. */
const CLOCKS_DIFFER: Seconds = 60

/** No job is expected less often than once in a century. */
const LONGEST: Seconds = 100 * 366 * 86_400

/** What is expected of a job in the end. */
export function rhythmOf({ every, scheduled, grace }: OwnRhythm, job: Pick<Job, 'every' | 'grace'>): Rhythm {
  const period = scheduled === undefined ? (every ?? usable(job.every, 1e-3)) : undefined
  return {
    ...(scheduled === undefined ? {} : { scheduled }),
    ...(period === undefined ? {} : { every: period }),
    grace: grace ?? usable(job.grace, 0) ?? USUAL_GRACE,
  }
}

/** Anybody may write anything into a row. */
function usable(length: Seconds | undefined, least: Seconds): Seconds | undefined {
  return length !== undefined && length >= least && length <= LONGEST ? length : undefined
}

/** When a run showed that it was there: its start, or its end where it has none. */
export function signOf({ startedAt, endedAt }: JobRun): Date {
  return startedAt ?? endedAt ?? new Date(Number.NaN)
}

/** By the clock of the job's host. */
function hostSignOf({ startedAt, hostStartedAt, hostEndedAt }: JobRun): Date | undefined {
  return startedAt === undefined ? hostEndedAt : hostStartedAt
}

/**
 * When the next run after these is due.
 *
 * @param runs the one with the latest sign first
 * @returns undefined where nothing is expected, or never again
 */
export function nextDueOf(runs: readonly PairedRun[], { every, scheduled }: Rhythm): Date | undefined {
  const [last] = runs
  if (last === undefined) return undefined
  const sign = signOf(last)
  if (scheduled !== undefined) {
    const near = runs.filter((run) => secondsBetween(signOf(run), sign) <= CLOCKS_DIFFER)
    const reached = Math.max(...near.map((run) => reachedBy(run, scheduled).getTime()))
    return scheduled.schedule.nextDue(scheduled.timezone, new Date(reached))
  }
  return every === undefined ? undefined : new Date(sign.getTime() + every * 1_000)
}

/** Cron goes by its host's clock: by that a run may be in time which the database saw just before. */
function reachedBy(run: JobRun, { schedule, timezone }: Pick<Scheduled, 'schedule' | 'timezone'>): Date {
  const [sign, byHost] = [signOf(run), hostSignOf(run)]
  if (byHost === undefined) return sign
  const next = schedule.nextDue(timezone, sign)
  return next !== undefined && secondsBetween(sign, next) <= CLOCKS_DIFFER && byHost >= next ? next : sign
}

/** How far the clock of the job's host is from the database's, in words; undefined where they agree. */
export function clockWords(runs: readonly PairedRun[]): string | undefined {
  const last = runs.find((run) => hostSignOf(run) !== undefined)
  const byHost = last && hostSignOf(last)
  if (last === undefined || byHost === undefined) return undefined
  const ahead = secondsBetween(signOf(last), byHost)
  if (!(Math.abs(ahead) > CLOCKS_DIFFER)) return undefined
  return `its host's clock is ${formatDuration(Math.abs(ahead))} ${ahead < 0 ? 'behind' : 'ahead of'} the database's`
}

/** So many runs in a row are no accident. */
const RUNS_COMPARED = 5
/** Zones differ by multiples of it. */
const QUARTER: Seconds = 900

/**
 * Another zone is why most schedules seem missed: each run then comes as many quarters of an hour before or after it is
 * due.
 *
 * @param runs the one with the latest sign first
 */
export function zoneWords(runs: readonly PairedRun[], { scheduled }: Rhythm): string | undefined {
  const compared = runs.slice(0, RUNS_COMPARED)
  if (scheduled === undefined || compared.length < RUNS_COMPARED) return undefined
  const [offset = 0, ...others] = compared.map((run) => quartersFrom(signOf(run), scheduled))
  if (offset === 0 || others.some((other) => other !== offset)) return undefined
  const words = `${formatDuration(Math.abs(offset))} ${offset < 0 ? 'before' : 'after'} it was due`
  return `each of the last ${RUNS_COMPARED} runs came ${words}: is ${scheduled.timezone} this job's zone?`
}

/** From the nearest due time, in seconds; 0 where it is no multiple of a quarter of an hour. */
function quartersFrom(sign: Date, { schedule, timezone }: Pick<Scheduled, 'schedule' | 'timezone'>): Seconds {
  const dues = [schedule.previousDue(timezone, new Date(sign.getTime() + 1)), schedule.nextDue(timezone, sign)]
  const offsets = dues.flatMap((due) => (due === undefined ? [] : [secondsBetween(due, sign)]))
  const [nearest = 0] = offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const rounded = Math.round(nearest / QUARTER) * QUARTER
  return Math.abs(nearest - rounded) <= CLOCKS_DIFFER ? rounded : 0
}

/** Negative where `to` comes first. */
export function secondsBetween(from: Date, to: Date): Seconds {
  return (to.getTime() - from.getTime()) / 1_000
}
