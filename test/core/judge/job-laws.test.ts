import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANONYMOUS, type JobRun } from '../../../src/core/job.ts'
import { isOpenRun, pairRuns } from '../../../src/core/job-runs.ts'
import { type ExpectedOfJob, judgeJob } from '../../../src/core/judge/job.ts'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const DAY = 86_400

const ago = fc.integer({ min: 0, max: 3 * DAY }).map((seconds) => new Date(NOW - seconds * 1_000))
const oneRun = fc
  .record({
    startedAt: fc.option(ago, { nil: undefined }),
    seconds: fc.option(fc.integer({ min: 0, max: DAY }), { nil: undefined }),
    exitCode: fc.constantFrom(undefined, 0, 0, 1, 24),
    isNamed: fc.boolean(),
    lastly: ago,
  })
  .map(({ startedAt, seconds, exitCode, isNamed, lastly }): Omit<JobRun, 'id'> & { readonly isNamed: boolean } => {
    const end = startedAt === undefined ? lastly : new Date(Math.min(NOW, startedAt.getTime() + (seconds ?? 0) * 1_000))
    const isOver = seconds !== undefined || startedAt === undefined
    return {
      isNamed,
      ...(startedAt && { startedAt }),
      ...(isOver && { endedAt: end, ...(exitCode === undefined ? {} : { exitCode }) }),
    }
  })
const someRuns = fc
  .array(oneRun, { maxLength: 12 })
  .map((runs) => runs.map(({ isNamed, ...run }, i): JobRun => ({ id: `${isNamed ? 'run-' : ANONYMOUS}${i}`, ...run })))
const someExpectation = fc
  .record({
    every: fc.option(fc.integer({ min: 60, max: DAY }), { nil: undefined }),
    grace: fc.option(fc.integer({ min: 0, max: DAY }), { nil: undefined }),
    maxDuration: fc.option(fc.integer({ min: 60, max: DAY }), { nil: undefined }),
  })
  .map(
    ({ every, grace, maxDuration }): ExpectedOfJob => ({
      name: 'backup',
      timezone: 'Europe/Paris',
      exitCodes: [0, 24],
      ...(every === undefined ? {} : { every }),
      ...(grace === undefined ? {} : { grace }),
      ...(maxDuration === undefined ? {} : { maxDuration }),
    }),
  )

const judged = (expected: ExpectedOfJob, runs: readonly JobRun[], now = NOW) =>
  judgeJob(expected, { name: 'backup', runs }, new Date(now))

describe('a job', () => {
  test('is judged the same in whichever order its runs are read', () =>
    fc.assert(
      fc.property(someExpectation, someRuns, (expected, runs) => {
        expect(judged(expected, runs.toReversed())).toEqual(judged(expected, runs))
      }),
    ))

  test('that is down does not get better by itself', () =>
    fc.assert(
      fc.property(someExpectation, someRuns, fc.integer({ min: 0, max: 30 * DAY }), (expected, runs, seconds) => {
        fc.pre(judged(expected, runs).state === 'down')
        expect(judged(expected, runs, NOW + seconds * 1_000).state).toBe('down')
      }),
    ))

  test('that is expected does not stay silent for ever', () =>
    fc.assert(
      fc.property(someExpectation, someRuns, (expected, runs) => {
        fc.pre(runs.length > 0 && expected.every !== undefined)
        expect(judged(expected, runs, NOW + 3 * DAY * 1_000).state).toBe('down')
      }),
    ))

  test('does not go down because a run begins', () =>
    fc.assert(
      fc.property(someExpectation, someRuns, (expected, runs) => {
        fc.pre(judged(expected, runs).state !== 'down')
        expect(judged(expected, [{ id: 'new', startedAt: new Date(NOW) }, ...runs]).state).not.toBe('down')
      }),
    ))

  test('is down exactly if a run is missing, failed last, or is open for too long', () =>
    fc.assert(
      fc.property(someExpectation, someRuns, (expected, runs) => {
        fc.pre(runs.length > 0)
        const { every = Number.POSITIVE_INFINITY, grace = 600, maxDuration = Number.POSITIVE_INFINITY } = expected
        const paired = pairRuns(runs)
        const age = (at: Date | undefined) => (NOW - Number(at)) / 1_000
        const isMissing = paired.every(({ startedAt, endedAt }) => age(startedAt ?? endedAt) > every + grace)
        const isStuck = paired.filter(isOpenRun).some(({ startedAt }) => age(startedAt) > maxDuration)
        const lastEnd = Math.max(...paired.map(({ endedAt }) => endedAt?.getTime() ?? 0))
        const ends = paired.filter(({ endedAt }) => endedAt?.getTime() === lastEnd)
        fc.pre(ends.length < 2)
        const hasFailed = ends.some(({ exitCode }) => exitCode === 1)
        expect(judged(expected, runs).state === 'down').toBe(isMissing || isStuck || hasFailed)
      }),
    ))
})

describe('starts and ends that find each other', () => {
  test('leave runs with an id of their own as they are', () =>
    fc.assert(
      fc.property(someRuns, (runs) => {
        const named = (all: readonly JobRun[]) => new Set(all.filter(({ id }) => !id.startsWith(ANONYMOUS)))
        expect(named(pairRuns(runs))).toEqual(named(runs))
      }),
    ))

  test('leave at most one run without an id open', () =>
    fc.assert(
      fc.property(someRuns, (runs) => {
        const open = pairRuns(runs).filter((run) => isOpenRun(run) && run.id.startsWith(ANONYMOUS))
        expect(open.length).toBeLessThan(2)
      }),
    ))

  test('lose no end', () =>
    fc.assert(
      fc.property(someRuns, (runs) => {
        const ends = (all: readonly JobRun[]) => all.filter(({ endedAt }) => endedAt !== undefined).map(({ id }) => id)
        expect(ends(pairRuns(runs)).toSorted()).toEqual(ends(runs).toSorted())
      }),
    ))
})
