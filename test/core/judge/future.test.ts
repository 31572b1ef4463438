import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { judge } from '../../../src/core/judge/judge.ts'
import { type Range, upTo } from '../../../src/core/judge/range.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import { aCheck, later, NOON } from '../builders.ts'

describe('of a beat in the future it is said whose clock is to be looked at', () => {
  test.each<[string, { at: number; asOf: number }, Partial<Check>, string]>([
    [
      'where the database is right',
      { at: 300, asOf: 0 },
      {},
      "the last beat lies 5 min in the future of the database's clock; check the writer's clock and the unit",
    ],
    [
      'where the database is ahead',
      { at: 1_000, asOf: 700 },
      {},
      "the last beat lies 5 min in the future of the database's clock; check the writer's clock and the unit",
    ],
    [
      'where the database is behind and the beat is not in the future here',
      { at: 0, asOf: -300 },
      {},
      "the last beat lies 5 min in the future of the database's clock, which is 5 min behind this host's; check the database's clock",
    ],
    [
      'where it is in the future here by no more than is allowed',
      { at: 60, asOf: -240 },
      {},
      "the last beat lies 5 min in the future of the database's clock, which is 4 min behind this host's; check the database's clock",
    ],
    [
      'where it is in the future here as well',
      { at: 61, asOf: -239 },
      {},
      "the last beat lies 5 min in the future of the database's clock; check the writer's clock and the unit",
    ],
    [
      'where it is no database, and there is no other clock than ours',
      { at: 300, asOf: 0 },
      { source: 'file:backup' },
      "the last beat lies 5 min in the future of this host's clock; check the writer's clock, this one, and the unit",
    ],
    [
      'where it is no database, and has a clock of its own',
      { at: 301, asOf: 1 },
      { source: 'http:shop' },
      "the last beat lies 5 min in the future of its source's clock; check the writer's clock and the unit",
    ],
    [
      'where it is no database, and its clock is behind',
      { at: 0, asOf: -300 },
      { source: 'module:queue' },
      "the last beat lies 5 min in the future of its source's clock, which is 5 min behind this host's; check its source's clock",
    ],
    [
      'where this host counts',
      { at: 300, asOf: -900 },
      { clock: 'local' },
      "the last beat lies 5 min in the future of this host's clock; check the writer's clock, this one, and the unit",
    ],
  ])('%s', (_, { at, asOf }, changes, summary) =>
    expect(judge(aCheck(changes), { kind: 'beat', at: later(at), asOf: later(asOf), readAt: NOON })).toMatchObject({
      severity: 'unknown',
      cause: 'future',
      summary,
    }),
  )
})

describe('a range of ages', () => {
  const judged = (critical: Range, age: number) => {
    const { warning: _, ...check } = aCheck({ critical })
    return judge(check, { kind: 'beat', at: later(-age), asOf: NOON, readAt: NOON })
  }
  const inside: Range = { from: 600, to: 900, alerts: 'inside' }

  test('that alerts inside is shown as it is, is crossed at its lower end, and is no silence', () =>
    expect(judged(inside, 700)).toMatchObject({
      severity: 'critical',
      summary: 'alive 11 min ago (limit @10min:15min)',
      since: later(-100),
    }))

  test('has no limit where an age is inside', () => expect(judged(inside, 700).limit).toBeUndefined())

  test('is crossed nowhere that is known where an age is too young', () => {
    const verdict = judged({ from: 600, to: 900, alerts: 'outside' }, 300)
    expect(verdict).toMatchObject({ severity: 'critical', summary: 'alive 5 min ago (limit 10min:15min)' })
    expect([verdict.since, verdict.limit]).toEqual([undefined, undefined])
  })

  test('is crossed at its upper end where an age is too old', () =>
    expect(judged({ from: 600, to: 900, alerts: 'outside' }, 1_000)).toMatchObject({
      summary: 'silent for 16 min (limit 10min:15min)',
      since: later(-100),
      limit: 900,
    }))
})

describe('of a schedule it is said when it is due next', () => {
  const summaryOf = (expression: string, at: string, now: string): string => {
    const parsed = parseSchedule(expression)
    if (parsed.kind === 'rejected') throw new Error(parsed.error)
    const { warning: _, critical: __, ...check } = aCheck()
    const scheduled = { schedule: parsed.schedule, timezone: 'UTC', grace: 600 }
    const [beat, asOf] = [new Date(at), new Date(now)]
    return judge({ ...check, scheduled }, { kind: 'beat', at: beat, asOf, readAt: asOf }).summary
  }

  test.each([
    ['after a beat that was in time', '2026-11-22T04:05:00Z', '2026-11-22T12:00:00Z', '2026-11-23 04:00 +00:00'],
    ['after one at the very time', '2026-11-22T04:00:00Z', '2026-11-22T12:00:00Z', '2026-11-23 04:00 +00:00'],
    ['after one within its grace', '2026-11-23T04:01:00Z', '2026-11-23T04:05:00Z', '2026-11-24 04:00 +00:00'],
    ['after one at that very time', '2026-11-23T04:00:00Z', '2026-11-23T04:05:00Z', '2026-11-24 04:00 +00:00'],
  ])('%s', (_, at, now, next) => expect(summaryOf('0 4 * * *', at, now)).toContain(`(next due ${next})`))

  test('that is due already, with its grace', () =>
    expect(summaryOf('0 4 * * *', '2026-11-22T04:05:00Z', '2026-11-23T04:05:00Z')).toBe(
      'ran 1 d ago (due 2026-11-23 04:00 +00:00, grace 10 min)',
    ))

  test('that is never due', () =>
    expect(summaryOf('0 0 31 2 *', '2026-11-22T04:05:00Z', '2026-11-22T05:05:00Z')).toBe(
      'ran 1 h ago (never due again)',
    ))
})

test('a limit of an age that is equal to it does not breach it', () =>
  expect(
    judge(aCheck({ warning: upTo(300) }), { kind: 'beat', at: later(-300), asOf: NOON, readAt: NOON }),
  ).toMatchObject({ severity: 'ok', summary: 'alive 5 min ago (limit 5 min)' }))
