import { ANONYMOUS, type JobRun } from '../../../src/core/job.ts'

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
function at(text: string): Date {
  return new Date(`2026-${text.replace(' ', 'T')}${text.length === 11 ? ':00' : ''}Z`)
}

const minutes = (count: number): number => count * 60
const hours = (count: number): number => count * 3_600
const DAY = hours(24)

/** A run with an id of its own that began and ended. */
const ran = (began: string, ended: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `run ${began}`,
  startedAt: at(began),
  endedAt: at(ended),
  exitCode: 0,
  ...more,
})
/** One that has not ended. */
const began = (start: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `run ${start}`,
  startedAt: at(start),
  ...more,
})
/** An end whose start never came. */
const ended = (end: string, more: Partial<JobRun> = {}): JobRun => ({ id: `run ${end}`, endedAt: at(end), ...more })

/** Beats without an id: what a `beat` in a script leaves. */
const beatAt = (end: string, more: Partial<JobRun> = {}): JobRun => ({
  id: `${ANONYMOUS}end ${end}`,
  endedAt: at(end),
  ...more,
})
const beatOfStart = (start: string): JobRun => ({ id: `${ANONYMOUS}start ${start}`, startedAt: at(start) })

const EQUAL = 'Healthchecks breaches a limit that is just reached; an age equal to a limit breaches none of ours.'
const FROM_START =
  'Healthchecks counts the period from the last end, so a longer run moves the next one; we count from start to start.'
const OPEN_IS_NO_ALARM =
  'Healthchecks takes its grace for the longest duration as well; with us only max_duration limits a run.'
const EACH_OPEN = 'Healthchecks looks at the newest start alone; with us each open run has its own deadline.'
const LAST_END_COUNTS =
  'The API of Healthchecks says started, though it still counts it as down; we say down until a run ends well.'
const OTHER_CODES = 'Healthchecks knows no other good code than 0; our check names those that are good.'
const SKIPPED = 'Healthchecks has heard a start and never an end; we do not read a run that was skipped.'
const OWN_ID =
  'With Healthchecks an end without an id ends any run; with us a run that has an id is ended by its id alone.'
const NOT_RUN =
  'With Healthchecks the end of the run before counts for the next one; with us a run counts for its start.'
const HOST_CLOCK = 'Healthchecks does not know the clock of the host that cron goes by.'
const NO_PERIOD = 'Healthchecks has a period for each check, a day if nobody says another; our check may have none.'

const DAILY: JobCases = {
  title: 'a beat each day, with a grace of an hour',
  expected: { every: DAY, grace: hours(1) },
  cases: [
    { what: 'never came', runs: [], now: at('11-30 12:00'), is: 'new', healthchecks: 'new' },
    {
      what: 'came yesterday; a second before the next one is due',
      runs: [beatAt('11-29 02:30')],
      now: at('11-30 02:29:59'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'came yesterday; just when the next one is due',
      runs: [beatAt('11-29 02:30')],
      now: at('11-30 02:30'),
      is: 'up',
      healthchecks: 'grace',
      why: EQUAL,
    },
    {
      what: 'came yesterday; a second after the next one is due',
      runs: [beatAt('11-29 02:30')],
      now: at('11-30 02:30:01'),
      is: 'late',
      says: 'late (due Mon 30 Nov 02:30, grace 1 h)',
      healthchecks: 'grace',
    },
    {
      what: 'came yesterday; a second before the grace is over',
      runs: [beatAt('11-29 02:30')],
      now: at('11-30 03:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'came yesterday; just when the grace is over',
      runs: [beatAt('11-29 02:30')],
      now: at('11-30 03:30'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'came yesterday; a second after the grace is over',
      runs: [beatAt('11-29 02:30')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'did not run (due Mon 30 Nov 02:30, grace 1 h); the last run was on Sun 29 Nov 02:30, 1 d 1 h ago',
      healthchecks: 'down',
    },
    {
      what: 'came in the grace',
      runs: [beatAt('11-29 02:30'), beatAt('11-30 03:29')],
      now: at('11-30 03:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'came after the grace, but came',
      runs: [beatAt('11-29 02:30'), beatAt('11-30 03:40')],
      now: at('11-30 03:41'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'came early, and then counts from there',
      runs: [beatAt('11-28 02:30'), beatAt('11-28 20:00')],
      now: at('11-29 20:30'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'has not come for five days; due is the first that is missing',
      runs: [beatAt('11-25 02:30')],
      now: at('11-30 12:00'),
      is: 'down',
      says: 'did not run (due Thu 26 Nov 02:30, grace 1 h)',
      healthchecks: 'down',
    },
    {
      what: 'only came in two hours, by the clock of the database that was put back',
      runs: [beatAt('11-30 14:00')],
      now: at('11-30 12:00'),
      is: 'new',
      healthchecks: 'new',
    },
    {
      what: 'came last week and in two hours, by the clock of the database that was put back',
      runs: [beatAt('11-23 14:00'), beatAt('11-30 14:00')],
      now: at('11-30 12:00'),
      is: 'down',
      says: 'did not run (due Tue 24 Nov 14:00, grace 1 h)',
      healthchecks: 'down',
    },
  ],
}

const RUNS: JobCases = {
  title: 'runs that begin and end, one each day, with a grace of an hour',
  expected: { every: DAY, grace: hours(1) },
  cases: [
    {
      what: 'ran yesterday for two hours; a second after the next start is due',
      runs: [ran('11-29 02:30', '11-29 04:30')],
      now: at('11-30 02:30:01'),
      is: 'late',
      healthchecks: 'up',
      why: FROM_START,
    },
    {
      what: 'ran yesterday for two hours; a second after the grace',
      runs: [ran('11-29 02:30', '11-29 04:30')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'the last run was on Sun 29 Nov 02:30, 1 d 1 h ago, and took 2 h',
      healthchecks: 'up',
      why: FROM_START,
    },
    {
      what: 'began a minute ago',
      runs: [ran('11-29 02:30', '11-29 02:42'), began('11-30 02:30')],
      now: at('11-30 02:31'),
      is: 'started',
      says: 'running for 1 min',
      healthchecks: 'started',
    },
    {
      what: 'the first run began a minute ago',
      runs: [began('11-30 02:30')],
      now: at('11-30 02:31'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'began longer ago than the grace',
      runs: [ran('11-29 02:30', '11-29 02:42'), began('11-30 02:30')],
      now: at('11-30 03:30:01'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'has been running for ten hours, and nobody said how long it may',
      runs: [ran('11-29 02:30', '11-29 02:42'), began('11-30 02:30')],
      now: at('11-30 12:30'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'has been running for a day; just when the next one is due',
      runs: [began('11-29 02:30')],
      now: at('11-30 02:30'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'has been running for a day; a second after the next one is due',
      runs: [began('11-29 02:30')],
      now: at('11-30 02:30:01'),
      is: 'late',
      says: 'one has been open since Sun 29 Nov 02:30',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'has been running for a day and a grace: it hides no missed run',
      runs: [began('11-29 02:30')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'one has been open since Sun 29 Nov 02:30',
      healthchecks: 'down',
    },
    {
      what: 'began in the grace, and runs past its end',
      runs: [ran('11-29 02:30', '11-29 02:42'), began('11-30 03:20')],
      now: at('11-30 03:50'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'the start got lost, and the end came',
      runs: [ran('11-29 02:30', '11-29 02:42'), ended('11-30 02:42')],
      now: at('11-30 03:50'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the start got lost yesterday; the next one counts from the end',
      runs: [ended('11-29 02:42')],
      now: at('11-30 03:42'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'ran an hour ago by a clock that is an hour ahead: only the clock of the database counts',
      runs: [ran('11-30 02:30', '11-30 02:42', { hostStartedAt: at('11-30 03:30'), hostEndedAt: at('11-30 03:42') })],
      now: at('11-30 03:30'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'did not run, and the clock of its host is an hour behind',
      runs: [ran('11-29 02:30', '11-29 02:42', { hostStartedAt: at('11-29 01:30'), hostEndedAt: at('11-29 01:42') })],
      now: at('11-30 04:00'),
      is: 'down',
      says: "its host's clock is 1 h behind the database's",
      healthchecks: 'down',
    },
    {
      what: 'did not run, and the clock of its host is an hour ahead',
      runs: [ran('11-29 02:30', '11-29 02:42', { hostStartedAt: at('11-29 03:30') })],
      now: at('11-30 04:00'),
      is: 'down',
      says: "its host's clock is 1 h ahead of the database's",
      healthchecks: 'down',
    },
  ],
}

const LIMITED: JobCases = {
  title: 'runs of two hours at most, one each day, with a grace of an hour',
  expected: { every: DAY, grace: hours(1), max_duration: hours(2) },
  cases: [
    {
      what: 'has been running for a second less than it may',
      runs: [began('11-30 02:30')],
      now: at('11-30 04:29:59'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'has been running for just as long as it may',
      runs: [began('11-30 02:30')],
      now: at('11-30 04:30'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'has been running for a second longer than it may',
      runs: [began('11-30 02:30')],
      now: at('11-30 04:30:01'),
      is: 'down',
      says: 'still running after 2 h (limit 2 h)',
      healthchecks: 'down',
    },
    {
      what: 'ran for longer than it may, and is over',
      runs: [ran('11-30 02:30', '11-30 05:30')],
      now: at('11-30 05:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'an older run is open in time, and a newer one ended',
      runs: [began('11-30 02:30'), ran('11-30 03:00', '11-30 03:10')],
      now: at('11-30 04:00'),
      is: 'started',
      healthchecks: 'up',
      why: EACH_OPEN,
    },
    {
      what: 'an older run is open for too long, and a newer one ended',
      runs: [began('11-30 02:30'), ran('11-30 03:00', '11-30 03:10')],
      now: at('11-30 04:30:01'),
      is: 'down',
      says: 'still running after 2 h (limit 2 h)',
      healthchecks: 'up',
      why: EACH_OPEN,
    },
    {
      what: 'an older run is open for too long, and a newer one in time',
      runs: [began('11-30 02:30'), began('11-30 04:00')],
      now: at('11-30 04:35'),
      is: 'down',
      says: 'still running after 2 h 5 min (limit 2 h)',
      healthchecks: 'started',
      why: EACH_OPEN,
    },
    {
      what: 'three runs are open for too long',
      runs: [began('11-30 01:00'), began('11-30 01:30'), began('11-30 02:00')],
      now: at('11-30 04:35'),
      is: 'down',
      says: 'still running after 3 h 35 min (limit 2 h), and so are 2 more',
      healthchecks: 'down',
    },
    {
      what: 'of two runs that overlap the older one ended',
      runs: [ran('11-30 02:30', '11-30 02:50'), began('11-30 02:40')],
      now: at('11-30 03:00'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'of two runs that overlap the older one failed',
      runs: [ran('11-30 02:30', '11-30 02:50', { exitCode: 1 }), began('11-30 02:40')],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 1)',
      healthchecks: 'down',
    },
    {
      what: 'is open for too long and hides that the next one is missing',
      runs: [began('11-29 02:30')],
      now: at('11-30 04:00'),
      is: 'down',
      says: 'did not run (due Mon 30 Nov 02:30, grace 1 h); one has been open since Sun 29 Nov 02:30',
      healthchecks: 'down',
    },
    {
      what: 'is open for too long after one that failed',
      runs: [ran('11-30 01:00', '11-30 01:10', { exitCode: 1 }), began('11-30 01:20')],
      now: at('11-30 04:00'),
      is: 'down',
      says: 'still running after 2 h 40 min (limit 2 h); the last that ended failed (exit 1)',
      healthchecks: 'down',
    },
  ],
}

const OUTCOMES: JobCases = {
  title: 'how runs end, one each day, with a grace of an hour',
  expected: { every: DAY, grace: hours(1) },
  cases: [
    {
      what: 'ended with exit code 0',
      runs: [ran('11-30 02:30', '11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'up',
      says: 'ran 30 min ago, and took 12 min',
      healthchecks: 'up',
    },
    {
      what: 'ended with exit code 3',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 3 })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 3) at Mon 30 Nov 02:42',
      healthchecks: 'down',
    },
    {
      what: 'was killed',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 137 })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 137)',
      healthchecks: 'down',
    },
    {
      what: 'ended with exit code 0 and words that mean failure',
      runs: [ran('11-30 02:30', '11-30 02:42', { outcome: 'fail', message: 'said ERROR' })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed at Mon 30 Nov 02:42: said ERROR',
      healthchecks: 'down',
    },
    {
      what: 'a beat said that it failed',
      runs: [beatAt('11-30 02:42', { outcome: 'fail' })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed at Mon 30 Nov 02:42',
      healthchecks: 'down',
    },
    {
      what: 'ended without a word of how: a row of plain SQL',
      runs: [beatAt('11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'failed, and then ran well',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 3 }), ran('11-30 02:50', '11-30 02:55')],
      now: at('11-30 03:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'ran well, and then failed',
      runs: [ran('11-29 02:30', '11-29 02:42'), ran('11-30 02:30', '11-30 02:42', { exitCode: 3 })],
      now: at('11-30 03:00'),
      is: 'down',
      healthchecks: 'down',
    },
    {
      what: 'failed, and has begun again',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 3 }), began('11-30 02:50')],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 3) at Mon 30 Nov 02:42; one has been open since Mon 30 Nov 02:50',
      healthchecks: 'started',
      why: LAST_END_COUNTS,
    },
    {
      what: 'failed yesterday; in the grace of the next one',
      runs: [ran('11-29 02:30', '11-29 02:42', { exitCode: 3 })],
      now: at('11-30 03:30'),
      is: 'down',
      says: 'failed (exit 3)',
      healthchecks: 'down',
    },
    {
      what: 'failed yesterday, and did not run since',
      runs: [ran('11-29 02:30', '11-29 02:42', { exitCode: 3 })],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'did not run (due Mon 30 Nov 02:30, grace 1 h); the last run was on Sun 29 Nov 02:30, 1 d 1 h ago, took 12 min and failed (exit 3)',
      healthchecks: 'down',
    },
    {
      what: 'a run that began earlier ended later, and failed',
      runs: [ran('11-30 02:30', '11-30 03:00', { exitCode: 1 }), ran('11-30 02:40', '11-30 02:50')],
      now: at('11-30 03:10'),
      is: 'down',
      healthchecks: 'down',
    },
    {
      what: 'a run that began earlier ended later, and well',
      runs: [ran('11-30 02:30', '11-30 03:00'), ran('11-30 02:40', '11-30 02:50', { exitCode: 1 })],
      now: at('11-30 03:10'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'ran well, and the next one found nothing to do',
      runs: [ran('11-29 02:30', '11-29 02:42'), ran('11-29 10:00', '11-29 10:01', { outcome: 'skip', exitCode: 75 })],
      now: at('11-29 12:00'),
      is: 'up',
      healthchecks: 'down',
      why: SKIPPED,
    },
    {
      what: 'failed, and the next one found nothing to do',
      runs: [
        ran('11-29 02:30', '11-29 02:42', { exitCode: 3 }),
        ran('11-29 10:00', '11-29 10:01', { outcome: 'skip', exitCode: 75 }),
      ],
      now: at('11-29 12:00'),
      is: 'down',
      says: 'failed (exit 3)',
      healthchecks: 'down',
    },
    {
      what: 'found nothing to do when it was due',
      runs: [ran('11-29 02:30', '11-29 02:42'), ran('11-30 02:30', '11-30 02:31', { outcome: 'skip', exitCode: 75 })],
      now: at('11-30 03:45'),
      is: 'down',
      says: 'did not run',
      healthchecks: 'down',
    },
    {
      what: 'failed, and what it printed is still on its way',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 3, outputBytes: 10, isOutputToCome: true })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 3) at Mon 30 Nov 02:42; its output is still to come',
      healthchecks: 'down',
    },
  ],
}

const CODES: JobCases = {
  title: 'exit codes of 0 or 24 are good, one run each day',
  expected: { every: DAY, grace: hours(1), exit_code: [0, 24] },
  cases: [
    {
      what: 'ended with exit code 24',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 24 })],
      now: at('11-30 03:00'),
      is: 'up',
      healthchecks: 'down',
      why: OTHER_CODES,
    },
    {
      what: 'ended with exit code 23',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 23 })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 23)',
      healthchecks: 'down',
    },
    {
      what: 'ended with exit code 24 and words that mean failure',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 24, outcome: 'fail' })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed at',
      healthchecks: 'down',
    },
  ],
}

const ONLY_ONE: JobCases = {
  title: 'an exit code of 1 alone is good',
  expected: { every: DAY, grace: hours(1), exit_code: [1] },
  cases: [
    {
      what: 'ended with exit code 0',
      runs: [ran('11-30 02:30', '11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 0)',
      healthchecks: 'up',
      why: OTHER_CODES,
    },
  ],
}

const NAMELESS: JobCases = {
  title: 'starts and ends without an id, of two hours at most',
  expected: { every: DAY, grace: hours(3), max_duration: hours(2) },
  cases: [
    {
      what: 'a start alone',
      runs: [beatOfStart('11-30 02:30')],
      now: at('11-30 03:00'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'a start, then an end',
      runs: [beatOfStart('11-30 02:30'), beatAt('11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'up',
      says: 'ran 30 min ago, and took 12 min',
      healthchecks: 'up',
    },
    {
      what: 'an end, then a start',
      runs: [beatAt('11-30 02:30'), beatOfStart('11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'a start whose end never came, and the start of the next day',
      runs: [beatOfStart('11-29 02:30'), beatOfStart('11-30 02:30')],
      now: at('11-30 02:31'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'two starts, then one end: it ends both',
      runs: [beatOfStart('11-30 01:00'), beatOfStart('11-30 02:00'), beatAt('11-30 02:10')],
      now: at('11-30 04:30'),
      is: 'up',
      says: 'took 10 min',
      healthchecks: 'up',
    },
    {
      what: 'two starts, then two ends: the second stands alone',
      runs: [beatOfStart('11-30 01:00'), beatOfStart('11-30 02:00'), beatAt('11-30 02:10'), beatAt('11-30 02:20')],
      now: at('11-30 04:30'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'a start, then an end that failed',
      runs: [beatOfStart('11-30 02:30'), beatAt('11-30 02:42', { exitCode: 1 })],
      now: at('11-30 03:00'),
      is: 'down',
      says: 'failed (exit 1)',
      healthchecks: 'down',
    },
    {
      what: 'a start without an id, and an end with one',
      runs: [beatOfStart('11-30 02:30'), ended('11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'a start with an id, and an end without one',
      runs: [began('11-30 02:30'), beatAt('11-30 02:42')],
      now: at('11-30 03:00'),
      is: 'started',
      healthchecks: 'up',
      why: OWN_ID,
    },
    {
      what: 'a start with an id that is open for too long, and an end without one',
      runs: [began('11-30 02:30'), beatAt('11-30 02:42')],
      now: at('11-30 04:30:01'),
      is: 'down',
      says: 'still running after 2 h (limit 2 h)',
      healthchecks: 'up',
      why: OWN_ID,
    },
  ],
}

const NIGHTLY: JobCases = {
  title: 'a backup at 02:30 UTC, with a grace of an hour',
  expected: { schedule: '30 2 * * *', timezone: 'UTC', grace: hours(1) },
  cases: [
    { what: 'never ran', runs: [], now: at('11-30 12:00'), is: 'new', healthchecks: 'new' },
    {
      what: 'ran yesterday; a second before the next run is due',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      now: at('11-30 02:29:59'),
      is: 'up',
      says: 'next due Mon 30 Nov 02:30',
      healthchecks: 'up',
    },
    {
      what: 'ran yesterday; just when the next run is due',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      now: at('11-30 02:30'),
      is: 'up',
      healthchecks: 'grace',
      why: EQUAL,
    },
    {
      what: 'ran yesterday; a second after the next run is due',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      now: at('11-30 02:30:01'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'ran yesterday; a second before the grace is over',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      now: at('11-30 03:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'ran yesterday; just when the grace is over',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      now: at('11-30 03:30'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'ran yesterday; a second after the grace is over',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'did not run (due Mon 30 Nov 02:30, grace 1 h); the last run was on Sun 29 Nov 02:30, 1 d 1 h ago, and took 1 min',
      healthchecks: 'down',
    },
    {
      what: 'the row says each minute, but the check has a schedule',
      runs: [ran('11-29 02:30', '11-29 02:31')],
      row: { every: 60, grace: 60 },
      now: at('11-29 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'began just when it was due',
      runs: [ran('11-30 02:30', '11-30 02:31')],
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'began in the grace, and has been running for four hours',
      runs: [ran('11-29 02:30', '11-29 02:31'), began('11-30 03:20')],
      now: at('11-30 07:20'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'was missed, and the next one ran',
      runs: [ran('11-28 02:30', '11-28 02:31'), ran('11-30 02:30', '11-30 02:31')],
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'was run by hand at noon, which is none for the night',
      runs: [ran('11-29 02:30', '11-29 02:31'), ran('11-29 12:00', '11-29 12:01')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'the last run was on Sun 29 Nov 12:00, 15 h 30 min ago',
      healthchecks: 'down',
    },
    {
      what: 'began and ended just before it was due, by a host whose clock is half a minute ahead',
      runs: [ran('11-30 02:29:30', '11-30 02:29:40', { hostStartedAt: at('11-30 02:30') })],
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'down',
      why: HOST_CLOCK,
    },
    {
      what: 'began a minute before it was due, by a host whose clock is a minute ahead',
      runs: [ran('11-30 02:29', '11-30 02:29:10', { hostStartedAt: at('11-30 02:30') })],
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'down',
      why: HOST_CLOCK,
    },
    {
      what: 'began 61 seconds before it was due, by a host whose clock is as much ahead',
      runs: [ran('11-30 02:28:59', '11-30 02:29:10', { hostStartedAt: at('11-30 02:30') })],
      now: at('11-30 12:00'),
      is: 'down',
      says: "its host's clock is 1 min 1 s ahead of the database's",
      healthchecks: 'down',
    },
    {
      what: 'began half a minute before it was due, by both clocks',
      runs: [ran('11-30 02:29:30', '11-30 02:29:40', { hostStartedAt: at('11-30 02:29:30') })],
      now: at('11-30 12:00'),
      is: 'down',
      healthchecks: 'down',
    },
    {
      what: 'a beat just before it was due, from a host whose clock is half a minute ahead',
      runs: [beatAt('11-30 02:29:30', { hostEndedAt: at('11-30 02:30') })],
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'down',
      why: HOST_CLOCK,
    },
    {
      what: 'began an hour before it was due, by a host whose clock is an hour ahead',
      runs: [ran('11-30 01:30', '11-30 01:31', { hostStartedAt: at('11-30 02:30') })],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: "its host's clock is 1 h ahead of the database's",
      healthchecks: 'down',
    },
    {
      what: 'begins an hour after it is due, by a host whose clock is an hour behind; just before it does',
      runs: [ran('11-29 03:30:05', '11-29 03:31', { hostStartedAt: at('11-29 02:30:05') })],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: "its host's clock is 1 h behind the database's",
      healthchecks: 'down',
    },
    {
      what: 'begins an hour after it is due, by a host whose clock is an hour behind; when it has begun',
      runs: [began('11-30 03:30:05', { hostStartedAt: at('11-30 02:30:05') })],
      now: at('11-30 03:31'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'the last run began a day before, and ended after the next was due',
      runs: [ran('11-29 02:30', '11-30 02:40')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'did not run (due Mon 30 Nov 02:30, grace 1 h)',
      healthchecks: 'up',
      why: NOT_RUN,
    },
    {
      what: 'each of the last runs came four hours too early: the zone is another',
      runs: ['25', '26', '27', '28', '29'].map((day) => ran(`11-${day} 22:30`, `11-${day} 22:31`)),
      now: at('11-30 03:30:01'),
      is: 'down',
      says: "each of the last 5 runs came 4 h before it was due: is UTC this job's zone?",
      healthchecks: 'down',
    },
    {
      what: 'each of the last runs came five and a half hours late: the zone is another',
      runs: ['25', '26', '27', '28', '29'].map((day) => ran(`11-${day} 08:00:20`, `11-${day} 08:01`)),
      now: at('11-30 03:30:01'),
      is: 'down',
      says: "each of the last 5 runs came 5 h 30 min after it was due: is UTC this job's zone?",
      healthchecks: 'down',
    },
  ],
}

const WEEKDAYS: JobCases = {
  title: 'a report at 02:30 UTC from Monday to Friday, with a grace of an hour',
  expected: { schedule: '30 2 * * mon-fri', timezone: 'UTC', grace: hours(1) },
  cases: [
    {
      what: 'ran on Friday; on Sunday',
      runs: [ran('11-27 02:30', '11-27 02:31')],
      now: at('11-29 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'ran on Friday; on Monday when the grace is over',
      runs: [ran('11-27 02:30', '11-27 02:31')],
      now: at('11-30 03:30:01'),
      is: 'down',
      healthchecks: 'down',
    },
  ],
}

const HOURLY: JobCases = {
  title: 'each full hour, with a grace of 90 minutes',
  expected: { schedule: '0 * * * *', timezone: 'UTC', grace: minutes(90) },
  cases: [
    {
      what: 'the grace is longer than the hour; the next one is due as well',
      runs: [ran('11-30 01:00', '11-30 01:01')],
      now: at('11-30 03:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the grace is longer than the hour; a second after it is over',
      runs: [ran('11-30 01:00', '11-30 01:01')],
      now: at('11-30 03:30:01'),
      is: 'down',
      says: 'due Mon 30 Nov 02:00, grace 1 h 30 min',
      healthchecks: 'down',
    },
    {
      what: 'a run took so long that one was left out',
      runs: [ran('11-30 01:00', '11-30 03:50')],
      now: at('11-30 03:55'),
      is: 'down',
      says: 'due Mon 30 Nov 02:00',
      healthchecks: 'up',
      why: NOT_RUN,
    },
  ],
}

const PARIS: JobCases = {
  title: 'a backup at 02:30 in Paris, with a grace of half an hour',
  expected: { schedule: '30 2 * * *', timezone: 'Europe/Paris', grace: minutes(30) },
  cases: [
    {
      what: 'the night in which there is no 02:30: just when it is due, at 03:00',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:00'),
      is: 'up',
      healthchecks: 'grace',
      why: EQUAL,
    },
    {
      what: 'the night in which there is no 02:30: a second before the grace is over',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the night in which there is no 02:30: just when the grace is over',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:30'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'the night in which there is no 02:30: a second after the grace is over',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:30:01'),
      is: 'down',
      says: 'due Sun 29 Mar 03:00',
      healthchecks: 'down',
    },
    {
      what: 'the night in which there is no 02:30: it ran at 03:00',
      runs: [ran('03-28 01:30', '03-28 01:31'), ran('03-29 01:00', '03-29 01:01')],
      now: at('03-29 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night after that one: at 02:30 again',
      runs: [ran('03-29 01:00', '03-29 01:01')],
      now: at('03-30 01:00:01'),
      is: 'down',
      says: 'due Mon 30 Mar 02:30',
      healthchecks: 'down',
    },
    {
      what: 'the night in which 02:30 comes twice: a second before the grace of the first is over',
      runs: [ran('10-24 00:30', '10-24 00:31')],
      now: at('10-25 00:59:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the night in which 02:30 comes twice: just when the grace of the first is over',
      runs: [ran('10-24 00:30', '10-24 00:31')],
      now: at('10-25 01:00'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'the night in which 02:30 comes twice: a second after the grace of the first is over',
      runs: [ran('10-24 00:30', '10-24 00:31')],
      now: at('10-25 01:00:01'),
      is: 'down',
      says: 'due Sun 25 Oct 02:30',
      healthchecks: 'down',
    },
    {
      what: 'the night in which 02:30 comes twice: the second is none',
      runs: [ran('10-24 00:30', '10-24 00:31'), ran('10-25 00:30', '10-25 00:31')],
      now: at('10-25 02:30'),
      is: 'up',
      healthchecks: 'up',
    },
  ],
}

const TIMER: JobCases = {
  title: 'a timer of systemd at 02:30 in Paris, with a grace of half an hour',
  expected: { schedule: 'OnCalendar=*-*-* 02:30:00', timezone: 'Europe/Paris', grace: minutes(30) },
  cases: [
    {
      what: 'the night in which there is no 02:30: it is left out',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 22:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night after that one',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-30 01:00:01'),
      is: 'down',
      says: 'due Mon 30 Mar 02:30',
      healthchecks: 'down',
    },
  ],
}

const PERIOD_AND_CLOCK: JobCases = {
  title: 'a beat each day from a job that cron runs at 03:30 in Paris, with a grace of an hour',
  expected: { every: DAY, grace: hours(1), timezone: 'Europe/Paris' },
  cases: [
    {
      what: 'the night of 25 hours: a second before it comes',
      runs: [beatAt('10-24 01:30')],
      now: at('10-25 02:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the night of 25 hours: just when it comes, its grace is over',
      runs: [beatAt('10-24 01:30')],
      now: at('10-25 02:30'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'the night of 25 hours: it came',
      runs: [beatAt('10-24 01:30'), beatAt('10-25 02:30')],
      now: at('10-25 02:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night of 23 hours: it came an hour early',
      runs: [beatAt('03-28 02:30'), beatAt('03-29 01:30')],
      now: at('03-29 03:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night of 23 hours: it did not come, which is seen an hour later than the clock on the wall says',
      runs: [beatAt('03-28 02:30')],
      now: at('03-29 03:30:01'),
      is: 'down',
      says: 'due Sun 29 Mar 04:30',
      healthchecks: 'down',
    },
  ],
}

const PAUSED: JobCases = {
  title: 'a job that is paused, which else runs each day, with a grace of an hour',
  expected: { every: DAY, grace: hours(1) },
  cases: [
    {
      what: 'was paused after its last run, a week ago',
      runs: [ran('11-22 02:30', '11-22 02:42')],
      pausedAt: at('11-22 12:00'),
      now: at('11-30 12:00'),
      is: 'paused',
      says: 'paused since Sun 22 Nov 12:00',
      healthchecks: 'paused',
    },
    {
      what: 'was paused before its first run',
      runs: [],
      pausedAt: at('11-22 12:00'),
      now: at('11-30 12:00'),
      is: 'paused',
      healthchecks: 'paused',
    },
    {
      what: 'was paused after it failed',
      runs: [ran('11-22 02:30', '11-22 02:42', { exitCode: 3 })],
      pausedAt: at('11-22 12:00'),
      now: at('11-30 12:00'),
      is: 'paused',
      healthchecks: 'paused',
    },
    {
      what: 'was paused while it was running',
      runs: [began('11-22 02:30')],
      pausedAt: at('11-22 02:40'),
      now: at('11-30 12:00'),
      is: 'paused',
      healthchecks: 'paused',
    },
    {
      what: 'was paused while it was running, and the end came: that ends the pause',
      runs: [ran('11-30 02:30', '11-30 02:50')],
      pausedAt: at('11-30 02:40'),
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'began again after the pause',
      runs: [ran('11-22 02:30', '11-22 02:42'), began('11-30 02:30')],
      pausedAt: at('11-22 12:00'),
      now: at('11-30 02:31'),
      is: 'started',
      healthchecks: 'started',
    },
    {
      what: 'ran again after the pause',
      runs: [ran('11-22 02:30', '11-22 02:42'), ran('11-29 12:00', '11-29 12:10')],
      pausedAt: at('11-22 12:00'),
      now: at('11-30 02:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'ran again after the pause, and then not any more: a forgotten pause is no silence',
      runs: [ran('11-22 02:30', '11-22 02:42'), ran('11-25 12:00', '11-25 12:10')],
      pausedAt: at('11-22 12:00'),
      now: at('11-30 02:31'),
      is: 'down',
      says: 'did not run',
      healthchecks: 'down',
    },
    {
      what: 'failed after the pause',
      runs: [ran('11-29 12:00', '11-29 12:10', { exitCode: 1 })],
      pausedAt: at('11-29 10:00'),
      now: at('11-29 13:00'),
      is: 'down',
      healthchecks: 'down',
    },
  ],
}

const UNLIMITED: JobCases = {
  title: 'a job of which the check says nothing',
  expected: {},
  cases: [
    {
      what: 'ran well ten months ago, and its row says nothing either',
      runs: [ran('01-30 02:30', '01-30 02:42')],
      now: at('11-30 12:00'),
      is: 'up',
      healthchecks: 'down',
      why: NO_PERIOD,
    },
    {
      what: 'failed, and its row says nothing',
      runs: [ran('11-30 02:30', '11-30 02:42', { exitCode: 1 })],
      now: at('11-30 12:00'),
      is: 'down',
      healthchecks: 'down',
    },
    {
      what: 'has been running for three days, and its row says nothing',
      runs: [began('11-27 02:30')],
      now: at('11-30 02:30'),
      is: 'started',
      healthchecks: 'down',
      why: OPEN_IS_NO_ALARM,
    },
    {
      what: 'its row says each hour with a grace of five minutes; a second after that',
      runs: [beatAt('11-30 02:30')],
      row: { every: hours(1), grace: minutes(5) },
      now: at('11-30 03:35:01'),
      is: 'down',
      says: 'did not run (due Mon 30 Nov 03:30, grace 5 min)',
      healthchecks: 'down',
    },
    {
      what: 'its row says each hour, and no grace: ten minutes',
      runs: [beatAt('11-30 02:30')],
      row: { every: hours(1) },
      now: at('11-30 03:40'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'its row says each hour, and no grace; a second after ten minutes',
      runs: [beatAt('11-30 02:30')],
      row: { every: hours(1) },
      now: at('11-30 03:40:01'),
      is: 'down',
      says: 'grace 10 min',
      healthchecks: 'down',
    },
  ],
}

const STRICTER: JobCases = {
  title: 'a check that says each hour with a grace of five minutes',
  expected: { every: hours(1), grace: minutes(5) },
  cases: [
    {
      what: 'the row says each day with a grace of an hour: the check wins',
      runs: [beatAt('11-30 02:30')],
      row: { every: DAY, grace: hours(1) },
      now: at('11-30 03:35:01'),
      is: 'down',
      says: 'due Mon 30 Nov 03:30, grace 5 min',
      healthchecks: 'down',
    },
  ],
}

const NO_GRACE: JobCases = {
  title: 'a check that says each hour, and no grace',
  expected: { every: hours(1) },
  cases: [
    {
      what: 'the grace of the row holds',
      runs: [beatAt('11-30 02:30')],
      row: { every: DAY, grace: hours(1) },
      now: at('11-30 04:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the grace of the row is over',
      runs: [beatAt('11-30 02:30')],
      row: { every: DAY, grace: hours(1) },
      now: at('11-30 04:30:01'),
      is: 'down',
      says: 'due Mon 30 Nov 03:30, grace 1 h',
      healthchecks: 'down',
    },
  ],
}

/** What may happen to jobs, what we say, and what Healthchecks would have said. */
export const JOB_CASES: readonly JobCases[] = [
  DAILY,
  RUNS,
  LIMITED,
  OUTCOMES,
  CODES,
  ONLY_ONE,
  NAMELESS,
  NIGHTLY,
  WEEKDAYS,
  HOURLY,
  PARIS,
  TIMER,
  PERIOD_AND_CLOCK,
  PAUSED,
  UNLIMITED,
  STRICTER,
  NO_GRACE,
]
