import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import type { Schedule } from '../../../src/core/time/scheduled.ts'
import { processorMs } from '../../support/processor.ts'

const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Africa/Cairo',
] as const

function scheduleOf(expression: string): Schedule {
  const parsed = parseSchedule(expression)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.schedule
}

const shown = (due: Date | undefined): string | undefined => due && `${due.toISOString().slice(0, 16)}Z`

describe('when the clock changes', () => {
  test.each<[string, string, string, string, readonly string[]]>([
    [
      'a fixed time in the gap is due right after it',
      '30 2 * * *',
      'Europe/Paris',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'a fixed time in the overlap is due once',
      '30 2 * * *',
      'Europe/Paris',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'every ten minutes skips the gap',
      '*/30 * * * *',
      'America/New_York',
      '2026-03-08T06:15Z',
      ['2026-03-08T06:30Z', '2026-03-08T07:00Z'],
    ],
    [
      'a wild minute in the gap is not due',
      '*/30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00Z',
      ['2026-03-09T06:00Z', '2026-03-09T06:30Z'],
    ],
    [
      'a wild minute in the overlap is due twice',
      '*/30 1 * * *',
      'America/New_York',
      '2026-11-01T04:00Z',
      ['2026-11-01T05:00Z', '2026-11-01T05:30Z', '2026-11-01T06:00Z', '2026-11-01T06:30Z'],
    ],
    [
      'a wild minute that comes once an hour is not due in the gap',
      '*/60 2 * * *',
      'America/New_York',
      '2026-03-07T12:00Z',
      ['2026-03-09T06:00Z'],
    ],
    [
      'a wild minute that comes once an hour is due twice in the overlap',
      '*/60 1 * * *',
      'America/New_York',
      '2026-11-01T04:00Z',
      ['2026-11-01T05:00Z', '2026-11-01T06:00Z', '2026-11-02T06:00Z'],
    ],
    [
      'half an hour of gap',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
    [
      'half an hour of overlap',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T00:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    ['an odd offset', '0 4 * * *', 'Asia/Kathmandu', '2026-11-22T12:00Z', ['2026-11-22T22:15Z', '2026-11-23T22:15Z']],
    [
      'the end of Ramadan',
      '30 2 * * *',
      'Africa/Casablanca',
      '2026-03-21T12:00Z',
      ['2026-03-22T02:00Z', '2026-03-23T01:30Z'],
    ],
    [
      'a midnight that is skipped',
      '0 0 * * *',
      'Africa/Cairo',
      '2026-04-23T12:00Z',
      ['2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    ],
  ])('%s', (_, expression, zone, from, expected) => {
    const { nextDue } = scheduleOf(expression)
    let due: Date | undefined = new Date(from)
    const dues = expected.map(() => {
      due = due && nextDue(zone, due)
      return due
    })
    expect(dues.map(shown)).toEqual(expected)
  })
})

describe('what comes seldom, or never', () => {
  test.each<[string, string, string | undefined, string | undefined]>([
    ['a day that no month has', '0 0 30 2 *', undefined, undefined],
    ['a range that holds nothing', '0 22-2 * * *', undefined, undefined],
    ['at the start of the host', '@reboot', undefined, undefined],
    ['a leap day', '0 0 29 2 *', '2104-02-29T00:00Z', '2096-02-29T00:00Z'],
    ['a leap day on a Sunday', '0 0 29 2 */7', '2128-02-29T00:00Z', '2088-02-29T00:00Z'],
    ['nothing as day of the month, but weekdays', '0 0 5-1 * MON,FRI', '2098-01-03T00:00Z', '2097-12-30T00:00Z'],
    ['nothing as weekday, but days of the month', '0 0 13,15 * 5-2', '2098-01-13T00:00Z', '2097-12-15T00:00Z'],
    ['nothing as day of the month, but a weekday', '0 0 5-1 * MON', '2098-01-06T00:00Z', '2097-12-30T00:00Z'],
  ])('%s', (_, expression, next, previous) => {
    const { nextDue, previousDue } = scheduleOf(expression)
    const from = new Date('2098-01-01T00:00:00Z')
    expect([shown(nextDue('UTC', from)), shown(previousDue('UTC', from))]).toEqual([next, previous])
  })
})

test('is found fast: ten thousand due times in a few seconds', () => {
  const { nextDue, previousDue } = scheduleOf('0 4 * * *')
  const start = processorMs()
  let due: Date | undefined = new Date('2026-01-01T00:00:00Z')
  for (let i = 0; i < 5_000 && due !== undefined; i++) due = nextDue('Europe/Paris', due)
  for (let i = 0; i < 5_000 && due !== undefined; i++) due = previousDue('Europe/Paris', due)
  expect(shown(due)).toBe('2025-12-31T03:00Z')
  expect(processorMs() - start).toBeLessThan(10_000)
})

const part = (low: number, high: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min: low, max: high }).map(String),
    fc
      .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
      .map((ends) => ends.sort((a, b) => a - b).join('-')),
    fc.integer({ min: 1, max: high + 2 }).map((step) => `*/${step}`),
    fc.constant('*'),
  )
const field = (low: number, high: number) =>
  fc.array(part(low, high), { minLength: 1, maxLength: 3 }).map((parts) => parts.join())
const expressions = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
  .map((fields) => fields.join(' '))
const instants = fc.date({ min: new Date('2015-01-01Z'), max: new Date('2040-01-01Z'), noInvalidDate: true })

test('the last due time lies before an instant, the next after it, and nothing between', () =>
  fc.assert(
    fc.property(expressions, fc.constantFrom(...ZONES), instants, (expression, zone, at) => {
      const { nextDue, previousDue } = scheduleOf(expression)
      const [before, after] = [previousDue(zone, at), nextDue(zone, at)]
      expect(before === undefined).toBe(after === undefined)
      if (before === undefined || after === undefined) return
      expect([before < at, after > at]).toEqual([true, true])
      expect(nextDue(zone, before)?.getTime()).toBe(nextDue(zone, new Date(at.getTime() - 1))?.getTime())
      const last = previousDue(zone, after)
      expect(last !== undefined && last <= at && last >= before).toBe(true)
    }),
    { numRuns: 300 },
  ))
