import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { judge } from '../../../src/core/judge/judge.ts'
import { parseLimit, upTo } from '../../../src/core/judge/range.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import { parseWindows, type Windows } from '../../../src/core/time/window.ts'
import type { Beat } from '../../../src/core/types.ts'
import { aCheck } from '../builders.ts'

function windowsOf(text: string, except: readonly string[] = []): Windows {
  const parsed = parseWindows(text, except)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.windows
}

const beat = (at: string, asOf: string, readAt = asOf): Beat => ({
  kind: 'beat',
  at: new Date(at),
  asOf: new Date(asOf),
  readAt: new Date(readAt),
})
const OFFICE = { windows: windowsOf('mon-fri 08:00-18:00', ['2026-12-24', '2026-12-25']), timezone: 'Europe/Paris' }
const judged = (reading: Beat, changes: Partial<Check> = {}) => judge(aCheck({ open: OFFICE, ...changes }), reading)
const HOURS = { warning: upTo(1_800), critical: upTo(3_600) }

describe('an age within open hours', () => {
  test.each<[string, string, string, string, string]>([
    [
      'a last import on Friday at 17:50 is no alarm on Monday at 08:05',
      '2026-11-20T17:50+01:00',
      '2026-11-23T08:05+01:00',
      'ok',
      'alive 15 min of open hours ago, Fri 17:50 (limit 30 min)',
    ],
    [
      'at its limit',
      '2026-11-20T17:50+01:00',
      '2026-11-23T08:20+01:00',
      'ok',
      'alive 30 min of open hours ago, Fri 17:50 (limit 30 min)',
    ],
    [
      'just above its limit',
      '2026-11-20T17:50+01:00',
      '2026-11-23T08:20:00.001+01:00',
      'warning',
      'silent for 30 min of open hours, since Fri 17:50 (limit 30 min)',
    ],
    [
      'above both',
      '2026-11-20T17:12+01:00',
      '2026-11-23T09:12+01:00',
      'critical',
      'silent for 2 h of open hours, since Fri 17:12 (limit 1 h)',
    ],
    [
      'stands still while it is closed',
      '2026-11-20T17:30+01:00',
      '2026-11-22T12:00+01:00',
      'ok',
      'alive 30 min of open hours ago, Fri 17:30 (limit 30 min)',
    ],
    [
      'over a holiday',
      '2026-12-23T17:50+01:00',
      '2026-12-28T08:05+01:00',
      'ok',
      'alive 15 min of open hours ago, Wed 17:50 (limit 30 min)',
    ],
    [
      'so long that the weekday would mislead',
      '2026-11-13T17:12+01:00',
      '2026-11-23T09:12+01:00',
      'critical',
      'silent for 2 d 4 h of open hours, since 2026-11-13 17:12 (limit 1 h)',
    ],
    [
      'a little in the future',
      '2026-11-20T17:00:30+01:00',
      '2026-11-20T17:00+01:00',
      'ok',
      'alive 0 s of open hours ago, Fri 17:00 (limit 30 min)',
    ],
  ])('%s', (_, at, asOf, severity, summary) =>
    expect(judged(beat(at, asOf), HOURS)).toMatchObject({ severity, summary, cause: 'age' }),
  )

  test('is the figure that is shown and measured', () =>
    expect(judged(beat('2026-11-20T17:12+01:00', '2026-11-23T09:12+01:00'), HOURS)).toMatchObject({
      age: 7_200,
      limit: 3_600,
      lastBeat: new Date('2026-11-20T17:12+01:00'),
      observed: new Date('2026-11-20T17:12+01:00'),
      metrics: [{ name: 'mdx', value: 7_200, unit: 's', min: 0, ...HOURS }],
    }))

  test.each<[string, string, string]>([
    ['when it reached the lowest limit', '2026-11-20T17:12+01:00', '2026-11-20T17:42+01:00'],
    ['after the weekend', '2026-11-20T17:42+01:00', '2026-11-23T08:12+01:00'],
    ['at the end of the hours', '2026-11-20T17:30+01:00', '2026-11-20T18:00+01:00'],
  ])('was crossed %s', (_, at, since) =>
    expect(judged(beat(at, '2026-11-23T12:00+01:00'), HOURS).since).toEqual(new Date(since)),
  )

  test('is crossed on the watching clock, and counted on that of the database', () => {
    const late = beat('2026-11-23T09:00+01:00', '2026-11-23T12:00+01:00', '2026-11-23T11:00+01:00')
    expect(judged(late, HOURS)).toMatchObject({ age: 10_800, since: new Date('2026-11-23T08:30+01:00') })
    expect(judged(late, { ...HOURS, clock: 'local' })).toMatchObject({
      age: 7_200,
      since: new Date('2026-11-23T09:30+01:00'),
    })
  })

  test('that is too young for its range is no silence', () => {
    const critical = parseLimit('1h:2h', 'age') ?? upTo(Number.NaN)
    const { warning: _, ...check } = aCheck({ open: OFFICE, critical })
    expect(judge(check, beat('2026-11-20T17:50+01:00', '2026-11-23T08:05+01:00'))).toMatchObject({
      severity: 'critical',
      summary: 'alive 15 min of open hours ago, Fri 17:50 (limit 1h:2h)',
    })
  })

  test('is unknown of a beat of tomorrow', () =>
    expect(judged(beat('2026-11-21T12:00Z', '2026-11-20T12:00Z'))).toMatchObject({
      severity: 'unknown',
      cause: 'future',
    }))

  test('is measured beside a schedule too', () => {
    const parsed = parseSchedule('0 8 * * 1-5')
    const scheduled =
      parsed.kind === 'schedule' ? { schedule: parsed.schedule, timezone: 'UTC', grace: 7_200 } : undefined
    const verdict = judged(beat('2026-11-20T17:50+01:00', '2026-11-23T08:05+01:00'), {
      ...HOURS,
      ...(scheduled && { scheduled }),
    })
    expect(verdict).toMatchObject({
      severity: 'ok',
      cause: 'schedule',
      metrics: [{ value: 900 }, { name: 'mdx_late', value: 0 }],
    })
  })
})

test.each([
  ['Europe/Paris', '2026-03-28T23:00Z', '2026-03-29T04:00Z', 5],
  ['Europe/Paris', '2026-10-24T22:00Z', '2026-10-25T05:00Z', 7],
  ['America/New_York', '2026-03-08T05:00Z', '2026-03-08T10:00Z', 5],
  ['Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-04T19:30Z', 6.5],
  ['Asia/Kathmandu', '2026-11-22T18:15Z', '2026-11-23T00:15Z', 6],
  ['Africa/Casablanca', '2026-03-22T00:00Z', '2026-03-22T05:00Z', 5],
])('in %s from %s to %s an open night is %f hours long', (timezone, at, asOf, hours) => {
  const open = { windows: windowsOf('00:00-06:00'), timezone }
  expect(judged(beat(at, asOf), { open }).age).toBe(hours * 3_600)
})
