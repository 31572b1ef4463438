import { expect, test } from 'vitest'
import type { JobEvent } from '../../../src/core/job.ts'
import { changesOf } from '../../../src/sources/sql/job/changes.ts'

const AT = new Date('2026-11-30T02:30:00Z')
const LATER = new Date('2026-11-30T02:31:30.500Z')
const EVENT: JobEvent = { job: 'n', runId: 'r', host: 'h', at: AT, what: 'end' }
const FULL: JobEvent = {
  ...EVENT,
  exitCode: 1,
  outcome: 'fail',
  duration: 2,
  message: 'm',
  outputBytes: 1,
  output: Buffer.from('a'),
}

test.each(['postgres', 'mysql', 'sqlite'] as const)('%s is given a parameter for each place', (driver) => {
  for (const event of [
    EVENT,
    FULL,
    { ...FULL, what: 'start' as const },
    { ...EVENT, what: 'log' as const, every: 1, grace: 2 },
  ]) {
    for (const { sql, parameters } of changesOf(driver, event, LATER)) {
      const places = driver === 'postgres' ? new Set(sql.match(/\$\d+/g)).size : (sql.match(/\?/g)?.length ?? 0)
      expect([sql, places]).toEqual([sql, parameters.length])
    }
  }
})

test.each([
  ['an end', 'end', 3],
  ['a start', 'start', 2],
  ['a message', 'log', 2],
] as const)('%s prunes the older runs only where a run has ended', (_, what, count) => {
  expect(changesOf('postgres', { ...EVENT, what }, LATER)).toHaveLength(count)
})

test('a server is told how long ago it was, and an SQLite file when', () => {
  const parametersOf = (driver: 'postgres' | 'sqlite') => changesOf(driver, EVENT, LATER)[1]?.parameters
  expect(parametersOf('postgres')).toContain('90.5')
  expect(parametersOf('sqlite')).not.toContain('90.5')
  expect(parametersOf('sqlite')).toContain('2026-11-30 02:30:00.000')
})

test('an event of the future is of now', () => {
  expect(changesOf('mysql', { ...EVENT, at: LATER }, AT)[1]?.parameters).toContain('0')
})
