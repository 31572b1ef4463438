import { describe, expect, test } from 'vitest'
import type { Job } from '../../../src/core/job.ts'
import { type ExpectedOfJob, judgeJob } from '../../../src/core/judge/job.ts'
import { upTo } from '../../../src/core/judge/range.ts'
import { later, NOON } from '../builders.ts'
import { scheduledAt } from './judging.ts'

const EXPECTED: ExpectedOfJob = { name: 'backup', timezone: 'UTC', exitCodes: [0], every: 3_600, grace: 600 }
const RAN: Job = { name: 'backup', runs: [{ id: 'a', startedAt: later(-900), endedAt: later(-800), exitCode: 0 }] }
const FAILED: Job = {
  name: 'backup',
  runs: [{ id: 'a', startedAt: later(-900), endedAt: later(-800), exitCode: 3, output: 'copying\nno space left\n' }],
}
const OPEN: Job = { name: 'backup', runs: [...RAN.runs, { id: 'b', startedAt: later(-60) }] }

describe('the figures of a job', () => {
  const duration = { name: 'backup_duration', value: 100, unit: 's', min: 0 }

  test.each([
    ['are its age, limited by period and grace', EXPECTED, RAN, [{ value: 900, critical: upTo(4_200) }, duration]],
    ['have no limit where nothing is expected', { ...EXPECTED, every: undefined }, RAN, [{ value: 900 }, duration]],
    [
      'are how late a run is that a schedule expects',
      { ...EXPECTED, scheduled: scheduledAt('50 11 * * *', 'UTC', 0) },
      RAN,
      [{ value: 600, critical: upTo(600), isLateness: true }, duration],
    ],
    [
      'have how long the oldest run is open, where that is limited',
      { ...EXPECTED, maxDuration: 30 },
      OPEN,
      [{ value: 60 }, duration, { name: 'backup_running', value: 60, critical: upTo(30) }],
    ],
    [
      'say that none is open, where that is limited',
      { ...EXPECTED, maxDuration: 30 },
      RAN,
      [{ value: 900 }, duration, { name: 'backup_running', value: 0, critical: upTo(30) }],
    ],
    ['are unknown before the first run', EXPECTED, { ...RAN, runs: [] }, [{ value: undefined }, { value: undefined }]],
  ])('%s', (_, { every, ...expected }, job, metrics) =>
    expect(judgeJob({ ...expected, ...(every === undefined ? {} : { every }) }, job, NOON).metrics).toMatchObject(
      metrics,
    ),
  )
})

describe('a job is down', () => {
  test.each([
    ['since its grace was over', EXPECTED, RAN, 4_000, later(-900 + 4_200)],
    ['since it failed', EXPECTED, FAILED, 0, later(-800)],
    ['since it was open for too long', { ...EXPECTED, maxDuration: 30 }, OPEN, 0, later(-30)],
  ])('%s', (_, expected, job, seconds, since) =>
    expect(judgeJob(expected, job, later(seconds))).toMatchObject({ state: 'down', since }),
  )

  test('with the end of what the failed run printed', () =>
    expect(judgeJob(EXPECTED, FAILED, NOON).tail).toEqual(['copying', 'no space left']))

  test('and what a run printed that ended well is not shown', () =>
    expect(judgeJob({ ...EXPECTED, exitCodes: [3] }, FAILED, NOON).tail).toBeUndefined())
})

test.each([
  ['a period of nothing', { every: 0 }],
  ['a negative period', { every: -60 }],
  ['a period that is no number', { every: Number.NaN }],
  ['a period without an end', { every: Number.POSITIVE_INFINITY }],
  ['a period of a thousand years', { every: 3e10 }],
])('a row with %s says nothing', (_, row) =>
  expect(judgeJob({ name: 'a', timezone: 'UTC', exitCodes: [0] }, { ...RAN, ...row }, later(1e9))).toMatchObject({
    state: 'up',
  }),
)
