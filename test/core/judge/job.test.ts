import { describe, expect, test } from 'vitest'
import type { Job } from '../../../src/core/job.ts'
import { type ExpectedOfJob, judgeJob } from '../../../src/core/judge/job.ts'
import { parseOnCalendar } from '../../../src/core/time/on-calendar/on-calendar.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import type { Schedule } from '../../../src/core/time/scheduled.ts'
import { healthchecksSays } from './healthchecks.ts'
import { type JobCase, SEVERITIES, type WrittenExpectation } from './job-cases/case.ts'
import { JOB_CASES } from './job-cases.ts'

function scheduleOf(written: string): Schedule {
  const expression = written.replace('OnCalendar=', '')
  const parsed = written === expression ? parseSchedule(expression) : parseOnCalendar(expression)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.schedule
}

function expectedOf({
  schedule,
  timezone = 'UTC',
  max_duration: maxDuration,
  exit_code: exitCodes = [0],
  ...lengths
}: WrittenExpectation): ExpectedOfJob {
  return {
    name: 'backup',
    timezone,
    exitCodes,
    ...lengths,
    ...(maxDuration === undefined ? {} : { maxDuration }),
    ...(schedule === undefined ? {} : { scheduled: { schedule: scheduleOf(schedule), timezone } }),
  }
}

const jobOf = ({ runs, row, pausedAt }: JobCase): Job => ({
  name: 'backup',
  runs,
  ...row,
  ...(pausedAt === undefined ? {} : { pausedAt }),
})

describe.each(JOB_CASES)('$title', ({ expected, cases }) => {
  const check = expectedOf(expected)

  test.each(cases)('$what', (job) => {
    const judged = judgeJob(check, jobOf(job), job.now)
    expect([judged.state, judged.severity]).toEqual([job.is, SEVERITIES[job.is]])
    expect([judged.summary, judged.cure].join('; ')).toContain(job.says ?? '')
  })

  test.each(cases)('Healthchecks: $what', (job) =>
    expect(
      healthchecksSays(
        {
          every: check.every ?? job.row?.every ?? 86_400,
          scheduled: check.scheduled,
          grace: check.grace ?? job.row?.grace ?? (job.row === undefined ? 3_600 : 600),
        },
        job,
      ),
    ).toBe(job.healthchecks),
  )

  test.each(cases)('says why where they differ, and only there: $what', ({ is, healthchecks, why }) =>
    expect(why === undefined).toBe(is === (healthchecks === 'grace' ? 'late' : healthchecks)),
  )
})
