import { ANONYMOUS, type JobRun } from '../../../../src/core/job.ts'

/** What is said of a job: by us, and by Healthchecks in its API, which calls late `grace`. */
export type State = 'new' | 'up' | 'late' | 'down' | 'started' | 'paused'
export type HealthchecksState = Exclude<State, 'late'> | 'grace'

/** How bad each state is. `new` is what `missing` of the check says. */
export const SEVERITIES = {
  new: 'unknown',
  up: 'ok',
  late: 'ok',
  down: 'critical',
  started: 'ok',
  paused: 'ok',
} as const

/** What a check expects, as it is written in the configuration; lengths of time in seconds. */
export interface WrittenExpectation {
  readonly every?: number
  readonly schedule?: string
  readonly timezone?: string
  readonly grace?: number
  readonly max_duration?: number
  readonly exit_code?: readonly number[]
}

/** What happened, when it is judged, and what is said of it. */
export interface JobCase {
  readonly what: string
  readonly runs: readonly JobRun[]
  /** what the job says is expected of it */
  readonly row?: { readonly every?: number; readonly grace?: number }
  readonly pausedAt?: Date
  readonly now: Date
  readonly is: State
  /** some of the words */
  readonly says?: string
  readonly healthchecks: HealthchecksState
  /** where and why Healthchecks says something else */
  readonly why?: string
}

/** Cases with the same expectation. */
export interface JobCases {
  readonly title: string
  readonly expected: WrittenExpectation
  readonly cases: readonly JobCase[]
}

/** `11-29 02:30`, or with seconds, in 2026 and in UTC. */
export function at(text: string): Date {
  return new Date(`2026-${text.replace(' ', 'T')}${text.length === 11 ? ':00' : ''}Z`)
}

export const minutes = (count: number): number => count * 60
export const hours = (count: number): number => count * 3_600
export const DAY = hours(24)

/** A run with an id of its own that began and ended. */
export const ran = (began: string, ended: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `run ${began}`,
  startedAt: at(began),
  endedAt: at(ended),
  exitCode: 0,
  ...more,
})
/** One that has not ended. */
export const began = (start: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `run ${start}`,
  startedAt: at(start),
  ...more,
})
/** An end whose start never came. */
export const ended = (end: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `run ${end}`,
  endedAt: at(end),
  ...more,
})

/** Beats without an id: what a `beat` in a script leaves. */
export const beatAt = (end: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `${ANONYMOUS}end ${end}`,
  endedAt: at(end),
  ...more,
})
export const beatOfStart = (start: string): JobRun => ({ id: `${ANONYMOUS}start ${start}`, startedAt: at(start) })

export const EQUAL =
  'Healthchecks breaches a limit that is just reached; an age equal to a limit breaches none of ours.'
export const FROM_START =
  'Healthchecks counts the period from the last end, so a longer run moves the next one; we count from start to start.'
export const OPEN_IS_NO_ALARM =
  'Healthchecks takes its grace for the longest duration as well; with us only max_duration limits a run.'
export const EACH_OPEN = 'Healthchecks looks at the newest start alone; with us each open run has its own deadline.'
export const LAST_END_COUNTS =
  'The API of Healthchecks says started, though it still counts it as down; we say down until a run ends well.'
export const OTHER_CODES = 'Healthchecks knows no other good code than 0; our check names those that are good.'
export const SKIPPED = 'Healthchecks has heard a start and never an end; we do not read a run that was skipped.'
export const OWN_ID =
  'With Healthchecks an end without an id ends any run; with us a run that has an id is ended by its id alone.'
export const NOT_RUN =
  'With Healthchecks the end of the run before counts for the next one; with us a run counts for its start.'
export const HOST_CLOCK = 'Healthchecks does not know the clock of the host that cron goes by.'
export const NO_PERIOD =
  'Healthchecks has a period for each check, a day if nobody says another; our check may have none.'
