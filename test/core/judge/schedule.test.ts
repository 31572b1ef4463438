import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { upTo } from '../../../src/core/judge/range.ts'
import type { Schedule, Scheduled } from '../../../src/core/time/scheduled.ts'
import type { Beat } from '../../../src/core/types.ts'
import { processorMs } from '../../support/processor.ts'
import { beat, judged, scheduledAt, secondsAfter } from './judging.ts'

/** The run of 04:00 local time with a grace of 30 minutes: when it is due, and the beats of the day before and after. */
const ZONES: readonly (readonly [string, string, string])[] = [
  ['Europe/Paris', '2026-11-23T03:00:00Z', '+01:00'],
  ['America/New_York', '2026-11-23T09:00:00Z', '-05:00'],
  ['Australia/Lord_Howe', '2026-11-22T17:00:00Z', '+11:00'],
  ['Asia/Kathmandu', '2026-11-22T22:15:00Z', '+05:45'],
  ['Africa/Casablanca', '2026-11-23T03:00:00Z', '+01:00'],
]

describe.each(ZONES)('a backup at four in %s', (zone, due, offset) => {
  const backup = scheduledAt('0 4 * * *', zone, 1_800)
  const missed = `missed the run of 04:00 (due 2026-11-23 04:00 ${offset}, grace 30 min)`
  const YESTERDAY = -86_400 + 300

  test.each<[string, number, number, string, string]>([
    [
      'a second before the deadline',
      YESTERDAY,
      1_799,
      'ok',
      `ran 1 d ago (due 2026-11-23 04:00 ${offset}, grace 30 min)`,
    ],
    ['at the deadline', YESTERDAY, 1_800, 'critical', missed],
    ['a second after the deadline', YESTERDAY, 1_801, 'critical', missed],
    [
      'a millisecond before the deadline',
      YESTERDAY,
      1_799.999,
      'ok',
      `ran 1 d ago (due 2026-11-23 04:00 ${offset}, grace 30 min)`,
    ],
    [
      'a beat a second too early',
      -1,
      1_800,
      'critical',
      missed.replace(/\)$/, '; the last beat came 1 s before, which is none for it)'),
    ],
    ['a beat at its time', 0, 1_800, 'ok', `ran 30 min ago (next due 2026-11-24 04:00 ${offset})`],
    ['a beat a second after its time', 1, 1_800, 'ok', `ran 29 min ago (next due 2026-11-24 04:00 ${offset})`],
    ['a beat at the last moment', 1_800, 1_800, 'ok', `ran 0 s ago (next due 2026-11-24 04:00 ${offset})`],
    ['a beat that came too late, but came', 7_200, 7_260, 'ok', `ran 1 min ago (next due 2026-11-24 04:00 ${offset})`],
    ['before it is due', YESTERDAY, -1, 'ok', `ran 23 h 54 min ago (next due 2026-11-23 04:00 ${offset})`],
    ['when it is due', YESTERDAY, 0, 'ok', `ran 23 h 55 min ago (due 2026-11-23 04:00 ${offset}, grace 30 min)`],
    [
      'an early beat in the grace is none yet',
      -60,
      600,
      'ok',
      `ran 11 min ago (due 2026-11-23 04:00 ${offset}, grace 30 min)`,
    ],
    ['a beat a little in the future', 1_830, 1_800, 'ok', `ran 0 s ago (next due 2026-11-24 04:00 ${offset})`],
  ])('%s', (___, at, asOf, severity, summary) =>
    expect(judged(backup, beat(secondsAfter(due, at), secondsAfter(due, asOf)))).toMatchObject({
      severity,
      summary,
      cause: 'schedule',
    }),
  )

  test('has been missed since the end of its grace', () =>
    expect(judged(backup, beat(secondsAfter(due, YESTERDAY), secondsAfter(due, 7_200))).since).toEqual(
      secondsAfter(due, 1_800),
    ))
})

describe('the figure is how long the run has been due that has not come', () => {
  const due = '2026-11-23T03:00:00Z'
  const backup = scheduledAt('0 4 * * *', 'Europe/Paris', 1_800)
  const figure = { name: 'mdx', unit: 's', critical: upTo(1_800), min: 0, isLateness: true }

  test.each([
    ['before it is due', -3_600, -1, 0],
    ['in its grace', -3_600, 600, 600],
    ['after it', -3_600, 7_200, 7_200],
    ['when it has come', 5, 7_200, 0],
  ])('%s', (__, at, asOf, value) =>
    expect(judged(backup, beat(secondsAfter(due, at), secondsAfter(due, asOf))).metrics).toEqual([
      { ...figure, value },
    ]),
  )

  test('beside that of its age, where that has limits', () => {
    const reading = beat(secondsAfter(due, -3_600), secondsAfter(due, 7_200))
    expect(judged(backup, reading, { warning: upTo(60) }).metrics).toEqual([
      { name: 'mdx', unit: 's', value: 10_800, warning: upTo(60), min: 0 },
      { ...figure, name: 'mdx_late', value: 7_200 },
    ])
  })
})

describe('when the clock changes', () => {
  test.each<[string, Scheduled, string, string, string, string]>([
    [
      'a run in the hour that is skipped is due right after it',
      scheduledAt('30 2 * * *', 'Europe/Paris', 1_800),
      '2026-03-28T01:31:00Z',
      '2026-03-29T01:29:59Z',
      'ok',
      'ran 23 h 58 min ago (due 2026-03-29 03:00 +02:00, grace 30 min)',
    ],
    [
      'and is missed when its grace is over',
      scheduledAt('30 2 * * *', 'Europe/Paris', 1_800),
      '2026-03-28T01:31:00Z',
      '2026-03-29T01:30:00Z',
      'critical',
      'missed the run of 03:00 (due 2026-03-29 03:00 +02:00, grace 30 min)',
    ],
    [
      'a run in the hour that comes twice is due the first time',
      scheduledAt('30 2 * * *', 'Europe/Paris', 1_800),
      '2026-10-24T00:31:00Z',
      '2026-10-25T01:00:00Z',
      'critical',
      'missed the run of 02:30 (due 2026-10-25 02:30 +02:00, grace 30 min)',
    ],
    [
      'and not the second time',
      scheduledAt('30 2 * * *', 'Europe/Paris', 1_800),
      '2026-10-25T00:31:00Z',
      '2026-10-25T03:00:00Z',
      'ok',
      'ran 2 h 29 min ago (next due 2026-10-26 02:30 +01:00)',
    ],
    [
      'a grace over the skipped hour is as long as ever',
      scheduledAt('30 1 * * *', 'America/New_York', 3_600),
      '2026-03-07T06:31:00Z',
      '2026-03-08T07:29:59Z',
      'ok',
      'ran 1 d ago (due 2026-03-08 01:30 -05:00, grace 1 h)',
    ],
    [
      'a grace over the hour that comes twice is no longer',
      scheduledAt('30 1 * * *', 'America/New_York', 3_600),
      '2026-10-31T05:31:00Z',
      '2026-11-01T06:30:00Z',
      'critical',
      'missed the run of 01:30 (due 2026-11-01 01:30 -04:00, grace 1 h)',
    ],
    [
      'each quarter of an hour is due in both passes of half an hour',
      scheduledAt('*/15 * * * *', 'Australia/Lord_Howe', 60),
      '2026-04-04T15:00:30Z',
      '2026-04-04T15:16:00Z',
      'critical',
      'missed the run of 01:45 (due 2026-04-05 01:45 +10:30, grace 1 min)',
    ],
    [
      'the end of Ramadan',
      scheduledAt('30 2 * * *', 'Africa/Casablanca', 0),
      '2026-03-21T02:30:00Z',
      '2026-03-22T02:00:00Z',
      'critical',
      'missed the run of 03:00 (due 2026-03-22 03:00 +01:00, grace 0 s)',
    ],
  ])('%s', (___, scheduled, at, asOf, severity, summary) =>
    expect(judged(scheduled, beat(at, asOf))).toMatchObject({ severity, summary }),
  )
})

describe('a schedule', () => {
  const backup = scheduledAt('0 4 * * *', 'UTC', 1_800)

  test('of weekdays asks nothing on a weekend', () =>
    expect(
      judged(scheduledAt('0 4 * * 1-5', 'UTC', 0), beat('2026-11-20T04:01:00Z', '2026-11-23T03:59:59Z')),
    ).toMatchObject({
      severity: 'ok',
      summary: 'ran 2 d 23 h ago (next due 2026-11-23 04:00 +00:00)',
    }))

  test('whose grace is longer than its interval asks for the last run that is over', () =>
    expect(
      judged(scheduledAt('0 * * * *', 'UTC', 7_200), beat('2026-11-23T01:59:00Z', '2026-11-23T04:30:00Z')),
    ).toMatchObject({
      severity: 'critical',
      summary:
        'missed the run of 02:00 (due 2026-11-23 02:00 +00:00, grace 2 h; the last beat came 1 min before, which is none for it)',
      since: new Date('2026-11-23T04:00:00Z'),
    }))

  test('is asked once for all rows that are read at one instant', () => {
    const [asOf, start] = ['2026-11-23T12:00:00Z', processorMs()]
    for (let row = 0; row < 10_000; row++) judged(backup, beat(new Date(Date.parse(asOf) - row * 1_000), asOf))
    expect(processorMs() - start).toBeLessThan(2_000)
  })

  test('that never comes asks for nothing', () =>
    expect(
      judged(scheduledAt('0 0 30 2 *', 'UTC', 0), beat('2026-11-20T04:00:00Z', '2026-11-23T04:00:00Z')),
    ).toMatchObject({
      severity: 'ok',
      summary: 'ran 3 d ago (never due again)',
    }))

  test.each([
    ['after a run in its grace', '03:05:00', 'ran 1 h 25 min ago (due 2026-11-23 04:00 +00:00, grace 2 h)'],
    ['at the time of a run in its grace', '03:00:00', 'ran 1 h 30 min ago (due 2026-11-23 04:00 +00:00, grace 2 h)'],
    ['before a run in its grace', '02:59:59', 'ran 1 h 30 min ago (due 2026-11-23 03:00 +00:00, grace 2 h)'],
  ])('waits for the run after a beat %s', (___, time, summary) =>
    expect(
      judged(scheduledAt('0 * * * *', 'UTC', 7_200), beat(`2026-11-23T${time}Z`, '2026-11-23T04:30:00Z')),
    ).toMatchObject({ severity: 'ok', summary }),
  )

  test('that begins later waits for its first run', () => {
    const first = new Date('2026-12-01T04:00:00Z')
    const schedule: Schedule = {
      expression: 'once',
      nextDue: (___, from) => (from < first ? first : undefined),
      previousDue: (___, from) => (from > first ? first : undefined),
    }
    expect(
      judged({ schedule, timezone: 'UTC', grace: 0 }, beat('2026-11-22T04:00:00Z', '2026-11-23T04:00:00Z')),
    ).toMatchObject({ severity: 'ok', summary: 'ran 1 d ago (next due 2026-12-01 04:00 +00:00)' })
  })

  test('knows nothing of a beat of tomorrow', () =>
    expect(judged(backup, beat('2026-11-24T04:00:00Z', '2026-11-23T04:00:00Z'))).toMatchObject({
      severity: 'unknown',
      cause: 'future',
    }))

  test('goes by the clock of the database, and its since by that of this host', () => {
    const reading: Beat = {
      kind: 'beat',
      at: new Date('2026-11-22T04:05:00Z'),
      asOf: new Date('2026-11-23T05:00:00Z'),
      readAt: new Date('2026-11-23T03:00:00Z'),
    }
    expect(judged(backup, reading)).toMatchObject({ severity: 'critical', since: new Date('2026-11-23T02:30:00Z') })
    expect(judged(backup, reading, { clock: 'local' }).severity).toBe('ok')
  })

  test.each<[string, Partial<Check>, string, string, string]>([
    [
      'well, and too old',
      { critical: upTo(3_600) },
      '2026-11-23T04:05:00Z',
      'critical',
      'silent for 1 h 55 min (limit 1 h)',
    ],
    [
      'missed, and a little old',
      { warning: upTo(3_600) },
      '2026-11-23T03:59:00Z',
      'critical',
      'missed the run of 04:00',
    ],
    ['missed, and too old', { critical: upTo(3_600) }, '2026-11-23T03:59:00Z', 'critical', 'missed the run of 04:00'],
    ['well, and young', { critical: upTo(7_200) }, '2026-11-23T04:05:00Z', 'ok', 'ran 1 h 55 min ago'],
  ])('beside a limit, the worse of both counts: %s', (___, limits, at, severity, words) => {
    const verdict = judged(backup, beat(at, '2026-11-23T06:00:00Z'), limits)
    expect(verdict.severity).toBe(severity)
    expect(verdict.summary).toContain(words)
  })
})

test('a newer beat is never worse than an older one', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('0 4 * * *', '*/7 * * * *', '30 2 * * 0', '0 0 1 * *'),
      fc.constantFrom(...ZONES.map(([zone]) => zone)),
      fc.tuple(fc.nat(4_000_000), fc.nat(4_000_000)),
      fc.nat(100_000),
      (expression, zone, [age, more], grace) => {
        const scheduled = scheduledAt(expression, zone, grace)
        const asOf = new Date('2026-04-05T12:00:00Z')
        const [young, old] = [age, age + more].map((seconds) =>
          judged(scheduled, beat(new Date(asOf.getTime() - seconds * 1_000), asOf)),
        )
        expect(young?.severity === 'critical' && old?.severity === 'ok').toBe(false)
        if (old?.since !== undefined) expect(old.since <= asOf).toBe(true)
      },
    ),
  ))
