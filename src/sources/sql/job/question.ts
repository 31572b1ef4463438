import type { Check } from '../../../core/check.ts'
import { present } from '../../../core/given.ts'
import type { Job } from '../../../core/job.ts'
import { type ExpectedOfJob, judgeJob } from '../../../core/judge/job.ts'
import { idOf } from '../../../core/names.ts'
import type { Reading } from '../../../core/types.ts'
import { shellWord } from '../../../core/words/text.ts'
import type { SqlDriver } from '../../../drivers/target.ts'
import type { Clocks } from '../../value.ts'
import type { JobLook, SqlCheck } from '../look.ts'
import type { Question } from '../question.ts'
import { tooManyRows } from '../rows.ts'
import { jobsOf, jobsQuery, nowIn } from './asked.ts'

/** So many runs are read of all jobs of a check. */
const MOST_RUNS = 100_000

/** What is asked for checks of jobs: each by itself, as each may mean others. */
export function jobQuestions(checks: readonly SqlCheck[], driver: SqlDriver): readonly Question[] {
  return checks.flatMap((check) => (check.look.kind === 'job' ? [questionOf(check, check.look, driver)] : []))
}

function questionOf(check: SqlCheck, look: JobLook, driver: SqlDriver): Question {
  const pattern = { name: look.job, isMany: look.rows === 'many' }
  return {
    checks: [check],
    options: { maxRows: MOST_RUNS },
    missingTable: 'make it: lastalive schema jobs --url … --apply',
    statement: () => jobsQuery(driver, pattern),
    read: async ({ rows }, { sent, readAt }) => {
      const asOf = nowIn(rows)
      const clocks = asOf === undefined ? sent : { asOf, readAt }
      const readings =
        rows.length > MOST_RUNS ? [tooManyRows(MOST_RUNS)] : readingsOf(jobsOf(rows, pattern), { check, look, clocks })
      return { clocks, readings: new Map([[check.name, readings]]) }
    },
  }
}

interface Asking {
  readonly check: SqlCheck
  readonly look: JobLook
  readonly clocks: Clocks
}

function readingsOf(jobs: readonly Job[], asking: Asking): readonly Reading[] {
  const { check, look } = asking
  if (look.rows === 'one') {
    const [job] = jobs
    return [
      job === undefined ? { kind: 'absent', why: 'no such job', cure: leaveIt(look.job) } : readingOf(job, asking),
    ]
  }
  const most = check.many?.maxRows ?? Number.POSITIVE_INFINITY
  if (jobs.length > most) return [tooManyRows(most)]
  const items = jobs.map((job) => ({ ...readingOf(job, asking), item: job.name }))
  return [{ kind: 'rows', count: jobs.length }, ...items]
}

function leaveIt(job: string): string {
  return `none of that name has left a beat; run it as: lastalive exec ${shellWord(job)} -- COMMAND`
}

function readingOf(job: Job, { check, look, clocks }: Asking): Reading {
  const item = look.rows === 'many' ? { item: job.name } : {}
  const expected = expectedOf(check, look, idOf({ check: check.name, ...item }))
  const { state, severity, summary, cure, tail, since, metrics } = judgeJob(expected, job, clocks.asOf)
  if (state === 'new') return { kind: 'absent', why: summary, ...present({ cure }) }
  const ours = since && new Date(since.getTime() + clocks.readAt.getTime() - clocks.asOf.getTime())
  return { kind: 'judged', severity, summary, metrics, ...present({ cure, tail, since: ours }) }
}

/**
 * What a check expects of a job.
 *
 * @param name what its figures are called
 */
export function expectedOf({ scheduled }: Pick<Check, 'scheduled'>, look: JobLook, name: string): ExpectedOfJob {
  const { every, grace, maxDuration, exitCodes, timezone } = look
  return { name, exitCodes, timezone, ...present({ every, grace, maxDuration, scheduled }) }
}
