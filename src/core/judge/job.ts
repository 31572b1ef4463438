import { present } from '../given.ts'
import type { Job, JobRun } from '../job.ts'
import { durationOf, isOpenRun, lastTimeOf, type PairedRun, pairRuns } from '../job-runs.ts'
import { formatDuration } from '../time/duration.ts'
import { formatDay, formatTime } from '../time/zone.ts'
import type { Metric, Seconds, Severity } from '../types.ts'
import { type LastLines, tailOf } from '../words/tail.ts'
import { clean, shorten } from '../words/text.ts'
import {
  clockWords,
  nextDueOf,
  type OwnRhythm,
  type Rhythm,
  rhythmOf,
  secondsBetween,
  signOf,
  zoneWords,
} from './job-due.ts'
import { upTo } from './range.ts'

/** What a check expects of a job; its times and limits go before those that the job says of itself. */
export interface ExpectedOfJob extends OwnRhythm {
  /** what its figures are called */
  readonly name: string
  /** how long a run may be open */
  readonly maxDuration?: Seconds
  /** the exit codes of runs that ended well */
  readonly exitCodes: readonly number[]
  /** IANA zone of the times that people read, where there is no schedule */
  readonly timezone: string
}

/** How a job is: `late` is what is due and still within its grace, `started` what is running and as it should be. */
export type JobState = 'new' | 'up' | 'late' | 'down' | 'started' | 'paused'

/** What is to be said of a job. Times are the database's. */
export interface JudgedJob {
  readonly state: JobState
  readonly severity: Severity
  readonly summary: string
  /** the run that is due now, or next */
  readonly due?: Date
  /** since when it is down */
  readonly since?: Date
  readonly cure?: string
  /** of what a failed run printed */
  readonly tail?: LastLines
  readonly metrics: readonly Metric[]
}

/** How far in the future of the database's clock a run may lie, in seconds. */
const TOLERANCE: Seconds = 60

/** How much is said of why a run counts as failed, in characters. */
const MESSAGE_LENGTH = 100

/** What all parts of a judgement look at. */
interface Seen {
  readonly expected: ExpectedOfJob
  readonly rhythm: Rhythm
  readonly now: Date
  /** without those that were skipped; the one with the latest sign first */
  readonly runs: readonly PairedRun[]
  readonly last: PairedRun
  /** those that have not ended, the oldest first */
  readonly open: readonly (PairedRun & { readonly startedAt: Date })[]
  /** the last one that has ended, if it failed */
  readonly failed?: PairedRun & { readonly endedAt: Date }
  readonly due?: Date
}

/**
 * Judges a job by its last runs. A run is in time by its start, and good or bad by its end. An open run alone is no alarm
 * unless its duration is limited. An age equal to a limit does not breach it.
 *
 * @param now on the clock of the database that the runs are in
 */
export function judgeJob(expected: ExpectedOfJob, job: Job, now: Date): JudgedJob {
  const rhythm = rhythmOf(expected, job)
  const latest = now.getTime() + TOLERANCE * 1_000
  const runs = pairRuns(job.runs.filter((run) => run.outcome !== 'skip' && isIn(run, latest))).toSorted(
    (a, b) => signOf(b).getTime() - signOf(a).getTime(),
  )
  const [last] = runs
  const metrics = metricsOf(expected, undefined)
  if (isPaused(job, runs, latest)) {
    return { state: 'paused', severity: 'ok', summary: `paused since ${formatWhen(job.pausedAt, expected)}`, metrics }
  }
  if (last === undefined) {
    const cure = job.runs.some((run) => lastTimeOf(run) > latest) ? { cure: IN_THE_FUTURE } : {}
    return { state: 'new', severity: 'unknown', summary: 'no run yet', ...cure, metrics }
  }
  const due = nextDueOf(runs, rhythm)
  const open = runs.filter(isOpenRun).toReversed()
  const failed = failedOf(runs, expected)
  return judgeRuns({ expected, rhythm, now, runs, last, open, ...present({ failed, due }) })
}

const IN_THE_FUTURE = "a run lies in the future of the database's clock; check that clock"

/** Whether it is known when a run was, and that is not in the future. */
function isIn(run: JobRun, latest: number): boolean {
  const at = lastTimeOf(run)
  return Number.isFinite(at) && at <= latest
}

function judgeRuns(seen: Seen): JudgedJob {
  const { failed, due, expected } = seen
  const found = findMissed(seen) ?? findStuck(seen) ?? findFailed(seen) ?? findGood(seen)
  const tail = found.state === 'down' && failed?.output !== undefined ? tailOf(failed.output) : []
  return {
    ...found,
    ...(due && { due }),
    ...(tail.length === 0 ? {} : { tail }),
    metrics: metricsOf(expected, seen),
  }
}

type Found = Omit<JudgedJob, 'metrics' | 'tail'>

/** Whether nothing was heard of it since it was paused: any beat ends a pause, so a forgotten one is no silence. */
function isPaused(job: Job, runs: readonly PairedRun[], latest: number): job is Job & { readonly pausedAt: Date } {
  const at = job.pausedAt?.getTime()
  return at !== undefined && at <= latest && runs.every((run) => lastTimeOf(run) < at)
}

function failedOf(runs: readonly PairedRun[], { exitCodes }: ExpectedOfJob): Seen['failed'] {
  const ended = runs.filter(hasEnded).toSorted((a, b) => b.endedAt.getTime() - a.endedAt.getTime())
  const [last] = ended
  if (last === undefined) return undefined
  const isGood = last.outcome !== 'fail' && (last.exitCode === undefined || exitCodes.includes(last.exitCode))
  return isGood ? undefined : last
}

function hasEnded(run: PairedRun): run is PairedRun & { readonly endedAt: Date } {
  return run.endedAt !== undefined
}

function findMissed(seen: Seen): Found | undefined {
  const { due, rhythm, now, runs, last } = seen
  if (due === undefined || now <= due) return undefined
  const deadline = new Date(due.getTime() + rhythm.grace * 1_000)
  const dueWords = `(due ${formatWhen(due, seen.expected)}, grace ${formatDuration(rhythm.grace)})`
  const clock = clockWords(runs)
  if (now <= deadline) {
    if (seen.failed !== undefined || stuckOf(seen).length > 0) return undefined
    return { state: 'late', severity: 'ok', summary: listed(`late ${dueWords}`, agoOf(seen), openOf(seen), clock) }
  }
  const lastWords = isOpenRun(last) ? undefined : lastRunOf(last, seen)
  const cure = zoneWords(runs, rhythm)
  return {
    state: 'down',
    severity: 'critical',
    summary: listed(`did not run ${dueWords}`, lastWords, openOf(seen), clock),
    since: deadline,
    ...(cure === undefined ? {} : { cure }),
  }
}

function lastRunOf(last: PairedRun, { now, failed, expected }: Seen): string {
  const sign = signOf(last)
  const when = `the last run was on ${formatWhen(sign, expected)}, ${formatDuration(secondsBetween(sign, now))} ago`
  const duration = durationOf(last)
  const took = duration === undefined ? [] : [`took ${formatDuration(duration)}`]
  const how = [...took, ...(last === failed ? [failedWords(last, expected)] : [])]
  return how.length === 0 ? when : `${when}, ${how.length === 1 ? `and ${how[0]}` : how.join(' and ')}`
}

function stuckOf({ open, now, expected: { maxDuration = Number.POSITIVE_INFINITY } }: Seen): Seen['open'] {
  return open.filter(({ startedAt }) => secondsBetween(startedAt, now) > maxDuration)
}

function findStuck(seen: Seen): Found | undefined {
  const { now, failed, expected } = seen
  const { maxDuration = 0 } = expected
  const [oldest, ...others] = stuckOf(seen)
  if (oldest === undefined) return undefined
  const length = formatDuration(secondsBetween(oldest.startedAt, now))
  const more = others.length === 0 ? '' : `, and so ${others.length === 1 ? 'is 1' : `are ${others.length}`} more`
  const words = `still running after ${length} (limit ${formatDuration(maxDuration)})${more}`
  return {
    state: 'down',
    severity: 'critical',
    summary: listed(words, failed && `the last that ended ${failedWords(failed, expected)}`),
    since: new Date(oldest.startedAt.getTime() + maxDuration * 1_000),
  }
}

function findFailed(seen: Seen): Found | undefined {
  const { failed, expected } = seen
  if (failed === undefined) return undefined
  const message = failed.message === undefined ? '' : `: ${shorten(clean(failed.message), MESSAGE_LENGTH)}`
  const words = `${failedWords(failed, expected)} at ${formatWhen(failed.endedAt, expected)}${message}`
  const output = failed.isOutputToCome === true ? 'its output is still to come' : undefined
  return {
    state: 'down',
    severity: 'critical',
    summary: listed(words, openOf(seen), output),
    since: failed.endedAt,
  }
}

function failedWords({ exitCode }: PairedRun, { exitCodes }: ExpectedOfJob): string {
  return exitCode === undefined || exitCodes.includes(exitCode) ? 'failed' : `failed (exit ${exitCode})`
}

function findGood(seen: Seen): Found {
  const { open, now, due, expected, rhythm } = seen
  const [oldest] = open
  if (oldest !== undefined) {
    const limit = expected.maxDuration === undefined ? '' : ` (limit ${formatDuration(expected.maxDuration)})`
    const which = open.length === 1 ? '' : `, the longest of ${open.length}`
    const summary = `running for ${formatDuration(secondsBetween(oldest.startedAt, now))}${limit}${which}`
    return { state: 'started', severity: 'ok', summary }
  }
  const isExpected = rhythm.scheduled !== undefined || rhythm.every !== undefined
  const next = due === undefined ? 'never due again' : `next due ${formatWhen(due, expected)}`
  return { state: 'up', severity: 'ok', summary: `${agoOf(seen)}${isExpected ? ` (${next})` : ''}` }
}

function agoOf({ last, now }: Seen): string {
  const duration = durationOf(last)
  const took = duration === undefined ? '' : `, and took ${formatDuration(duration)}`
  return `ran ${formatDuration(Math.max(0, secondsBetween(signOf(last), now)))} ago${took}`
}

function openOf({ open, expected }: Seen): string | undefined {
  const [oldest] = open
  if (oldest === undefined) return undefined
  const since = formatWhen(oldest.startedAt, expected)
  return open.length === 1 ? `one has been open since ${since}` : `${open.length} are open, the oldest since ${since}`
}

function listed(...words: readonly (string | undefined)[]): string {
  return words.filter((part) => part !== undefined).join('; ')
}

/** `Mon 30 Nov 02:30`, as the clock on the wall shows it where the job is due. */
function formatWhen(instant: Date, { scheduled, timezone }: ExpectedOfJob): string {
  const zone = scheduled?.timezone ?? timezone
  return `${formatDay(instant, zone)} ${formatTime(instant, zone)}`
}

/**
 * The age of the last sign, or how late the run is that is due; how long the last run took; and where its duration is
 * limited, how long the oldest run is open.
 */
function metricsOf({ name, maxDuration }: ExpectedOfJob, seen: Seen | undefined): readonly Metric[] {
  const ended = seen?.runs.find((run) => durationOf(run) !== undefined)
  const [oldest] = seen?.open ?? []
  const running = seen && (oldest === undefined ? 0 : Math.max(0, secondsBetween(oldest.startedAt, seen.now)))
  const figure = { unit: 's', min: 0 } as const
  return [
    ageMetric(name, seen),
    { name: `${name}_duration`, value: ended && durationOf(ended), ...figure },
    ...(maxDuration === undefined
      ? []
      : [{ name: `${name}_running`, value: running, ...figure, critical: upTo(maxDuration) }]),
  ]
}

function ageMetric(name: string, seen: Seen | undefined): Metric {
  const figure = { name, unit: 's', min: 0 } as const
  if (seen === undefined) return { ...figure, value: undefined }
  const { last, now, due, rhythm } = seen
  const age = Math.max(0, secondsBetween(signOf(last), now))
  if (rhythm.scheduled === undefined) {
    return { ...figure, value: age, ...(rhythm.every && { critical: upTo(rhythm.every + rhythm.grace) }) }
  }
  const late = due === undefined ? 0 : Math.max(0, secondsBetween(due, now))
  return { ...figure, value: late, critical: upTo(rhythm.grace), isLateness: true }
}
