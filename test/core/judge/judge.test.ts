import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { judge, judgeBlocked, judgeVanished } from '../../../src/core/judge/judge.ts'
import type { Range } from '../../../src/core/judge/range.ts'
import { parseLimit, upTo } from '../../../src/core/judge/range.ts'
import { judgeClock, judgeDatabase } from '../../../src/core/judge/source.ts'
import type { Fault, Reading } from '../../../src/core/types.ts'
import { aCheck, later, NOON } from '../builders.ts'

const beat = (secondsAgo: number, asOf = NOON): Reading => ({
  kind: 'beat',
  at: new Date(asOf.getTime() - secondsAgo * 1_000),
  asOf,
  readAt: NOON,
})
const fault = (kind: Fault['kind'], message = 'words'): Reading => ({
  kind: 'fault',
  fault: { kind, scope: 'check', message },
})

test.each<[string, Reading, string, string]>([
  ['a fresh beat is ok', beat(12), 'ok', 'alive 12 s ago (limit 5 min)'],
  ['a beat at its limit is ok', beat(300), 'ok', 'alive 5 min ago (limit 5 min)'],
  ['a beat just above its limit is not', beat(300.001), 'warning', 'silent for 5 min (limit 5 min)'],
  ['a beat at the second limit is a warning', beat(600), 'warning', 'silent for 10 min (limit 5 min)'],
  ['a beat above both is critical', beat(2_520.9), 'critical', 'silent for 42 min (limit 10 min)'],
  ['a beat a little in the future is fresh', beat(-60), 'ok', 'alive 0 s ago (limit 5 min)'],
  [
    'a beat far in the future is unknown',
    beat(-61),
    'unknown',
    "the last beat lies 1 min 1 s in the future of the database's clock; check the writer's clock and the unit",
  ],
  ['no beat is what missing says', { kind: 'absent', why: 'no row' }, 'unknown', 'no row'],
  ['a fault has its own severity', fault('denied'), 'unknown', 'words'],
  ['hostile words are cleaned', fault('failed', 'a\nb\u001b[2J'), 'unknown', 'a\\nb\\x1b[2J'],
])('%s', (_, reading, severity, summary) => expect(judge(aCheck(), reading)).toMatchObject({ severity, summary }))

test.each<[string, Partial<Check>, Reading, string]>([
  ['missing: ok', { missing: 'ok' }, { kind: 'absent', why: 'no row' }, 'ok'],
  ['missing: critical', { missing: 'critical' }, { kind: 'absent', why: 'no row' }, 'critical'],
  ['faults.denied: critical', { faults: { ...aCheck().faults, denied: 'critical' } }, fault('denied'), 'critical'],
  ['future_tolerance: 1h', { futureTolerance: 3_600 }, beat(-3_600), 'ok'],
])('%s is heeded', (_, changes, reading, severity) => expect(judge(aCheck(changes), reading).severity).toBe(severity))

test('a check with one limit knows no other', () => {
  const { warning: _, ...check } = aCheck()
  expect(judge(check, beat(599))).toMatchObject({
    severity: 'ok',
    summary: 'alive 9 min 59 s ago (limit 10 min)',
  })
  expect(judge(check, beat(601)).severity).toBe('critical')
})

describe('clocks', () => {
  test('a wrong clock of the watching host raises no alarm, and the difference is measured', () => {
    const verdict = judge(aCheck(), beat(10, later(7_200)))
    expect(verdict).toMatchObject({ severity: 'ok', age: 10, skew: 7_200 })
  })

  test('since and the last beat are put on the watching clock', () => {
    const verdict = judge(aCheck(), beat(2_520, later(7_200)))
    expect(verdict).toMatchObject({ since: later(-2_220), lastBeat: later(-2_520), observed: later(7_200 - 2_520) })
  })

  test('clock: local compares with the watching host', () =>
    expect(judge(aCheck({ clock: 'local' }), beat(10, later(-7_200)))).toMatchObject({
      severity: 'critical',
      age: 7_210,
    }))
})

test('a database has a row of its own', () => {
  expect(judgeDatabase('mail', undefined, { severity: 'ok', skew: 0.2 })).toMatchObject({
    severity: 'ok',
    summary: 'answers',
    skew: 0.2,
  })
  const refused: Fault = { kind: 'unreachable', scope: 'source', message: 'cannot connect (connection refused)' }
  const down = judgeDatabase('mail', refused, { severity: 'critical' })
  expect(down).toMatchObject({
    severity: 'critical',
    cause: 'unreachable',
    summary: 'cannot connect (connection refused)',
  })
  expect(judgeBlocked(aCheck(), down)).toMatchObject({
    severity: 'unknown',
    blockedBy: 'database:mail',
    summary: 'not read: database mail: cannot connect (connection refused)',
  })
  expect(judgeBlocked(aCheck(), judgeDatabase('mail', refused, { severity: 'ok' }))).toMatchObject({
    severity: 'ok',
    blockedBy: 'database:mail',
  })
})

test('the age of a beat in the future is no figure', () =>
  expect(judge(aCheck(), beat(-61)).metrics).toEqual([expect.objectContaining({ name: 'mdx', value: undefined })]))

const range = (text: string, measure: Check['measure'] = 'age'): Range => parseLimit(text, measure) ?? upTo(Number.NaN)
const withLimits = (limits: Pick<Check, 'warning' | 'critical'>, changes: Partial<Check> = {}): Check => {
  const { warning: _, critical: __, ...check } = aCheck(changes)
  return { ...check, ...limits }
}

describe('an amount', () => {
  const amount = (value: number): Reading => ({ kind: 'amount', value })
  const judged = (limits: Readonly<Record<string, string>>, value: number) => {
    const ranges = Object.entries(limits).map(([severity, text]) => [severity, range(text, 'amount')])
    return judge(withLimits(Object.fromEntries(ranges), { measure: 'amount' }), amount(value))
  }

  test.each<[string, Readonly<Record<string, string>>, number, string, string]>([
    ['at its limit', { critical: '100' }, 100, 'ok', '100 (limit 100)'],
    ['above it', { critical: '100' }, 101, 'critical', '101 (limit 100)'],
    ['below zero', { critical: '100' }, -1, 'critical', '-1 (limit 100)'],
    ['of minus zero', { critical: '100' }, -0, 'ok', '0 (limit 100)'],
    ['above the first of two', { warning: '5', critical: '10' }, 7, 'warning', '7 (limit 5)'],
    ['above both', { warning: '5', critical: '10' }, 11, 'critical', '11 (limit 10)'],
    ['above two equal ones', { warning: '5', critical: '5' }, 6, 'critical', '6 (limit 5)'],
    ['below a lower end', { warning: '10:', critical: '5:' }, 7, 'warning', '7 (limit 10:)'],
    ['inside a range', { critical: '@10:20' }, 15, 'critical', '15 (limit @10:20)'],
    ['outside such a range', { critical: '@10:20' }, 21, 'ok', '21 (limit @10:20)'],
    ['with a fraction that no double holds', { critical: '1' }, 0.1 + 0.2, 'ok', '0.3 (limit 1)'],
    ['of many bytes', { critical: '1' }, 1_234_567_890_123, 'critical', '1234567890123 (limit 1)'],
    ['that is huge', { critical: '~:' }, 1e300, 'ok', '1e+300'],
  ])('%s', (_, limits, value, severity, summary) =>
    expect(judged(limits, value)).toMatchObject({ severity, summary, cause: 'amount', amount: value }),
  )

  test('has no instant at which its limit was crossed', () => {
    const verdict = judged({ critical: '1' }, 5)
    expect([verdict.since, verdict.limit, verdict.lastBeat, verdict.age]).toEqual(Array(4).fill(undefined))
  })
})

describe('a deadline', () => {
  const check = withLimits({ warning: upTo(0), critical: upTo(600) }, { measure: 'overdue' })

  test.each<[string, Reading, string, string]>([
    ['far in the future is no beat of tomorrow', beat(-86_400), 'ok', 'due in 1 d (limit 0 s)'],
    ['that is now', beat(0), 'ok', 'due in 0 s (limit 0 s)'],
    ['that is over', beat(0.001), 'warning', 'overdue for 0 s (limit 0 s)'],
    ['at its second limit', beat(600), 'warning', 'overdue for 10 min (limit 0 s)'],
    ['beyond its second limit', beat(601), 'critical', 'overdue for 10 min (limit 10 min)'],
  ])('%s', (_, reading, severity, summary) =>
    expect(judge(check, reading)).toMatchObject({ severity, summary, cause: 'overdue' }),
  )

  test('is crossed at the deadline and the lowest limit breached', () =>
    expect(judge(withLimits({ critical: upTo(600) }, { measure: 'overdue' }), beat(900, later(7_200)))).toMatchObject({
      since: later(-300),
      limit: 600,
      age: 900,
      observed: later(6_300),
    }))

  test('is no beat', () => expect(judge(check, beat(700)).lastBeat).toBeUndefined())
})

describe('an age in a range', () => {
  test.each<[string, string, number, string, string]>([
    ['too young', '1m:1h', 59, 'critical', 'alive 59 s ago (limit 1min:1h)'],
    ['at its lower end', '1m:1h', 60, 'ok', 'alive 1 min ago (limit 1min:1h)'],
    ['at its upper end', '1m:1h', 3_600, 'ok', 'alive 1 h ago (limit 1min:1h)'],
    ['too old', '1m:1h', 3_601, 'critical', 'silent for 1 h (limit 1min:1h)'],
    ['inside what should not be', '@1m:1h', 60, 'critical', 'alive 1 min ago (limit @1min:1h)'],
    ['in the future within the tolerance', '0:10m', -30, 'ok', 'alive 0 s ago (limit 10min)'],
    ['in the future within the tolerance, and too young', '1m:', -30, 'critical', 'alive 0 s ago (limit 1min:)'],
  ])('%s', (_, limit, age, severity, summary) =>
    expect(judge(withLimits({ critical: range(limit) }), beat(age))).toMatchObject({ severity, summary, cause: 'age' }),
  )

  test.each<[string, Pick<Check, 'warning' | 'critical'>, number, Date | undefined, number | undefined]>([
    ['too old: when it passed its upper end', { critical: range('1m:1h') }, 4_000, later(-400), 3_600],
    ['too young: nobody knows', { critical: range('1m:1h') }, 30, undefined, undefined],
    ['inside: when it passed the lower end', { critical: range('@1m:1h') }, 90, later(-30), undefined],
    ['inside, without a lower end: nobody knows', { critical: range('@~:1h') }, 90, undefined, undefined],
    ['above two limits: the lower', { warning: upTo(300), critical: upTo(600) }, 700, later(-400), 600],
    ['above two equal limits', { warning: upTo(300), critical: upTo(300) }, 301, later(-1), 300],
    ['above the one that critical is', { warning: range('@1h:2h'), critical: upTo(600) }, 601, later(-1), 600],
  ])('%s', (_, limits, age, since, limit) => {
    const verdict = judge(withLimits(limits), beat(age))
    expect([verdict.since, verdict.limit]).toEqual([since, limit])
  })
})

describe('limits of a row', () => {
  test('come before those of the check, each for itself', () => {
    const verdict = judge(aCheck(), { ...beat(20), item: 'a', limits: { warning: upTo(10) } })
    expect(verdict).toMatchObject({
      item: 'a',
      severity: 'warning',
      metrics: [{ name: 'mdx/a', value: 20, warning: upTo(10), critical: upTo(600) }],
    })
  })

  test.each<[string, Reading]>([
    ['a beat', beat(1)],
    ['an amount', { kind: 'amount', value: 1 }],
  ])('and of the check are missing: %s is not taken for well', (_, reading) =>
    expect(judge(withLimits({}), reading)).toMatchObject({
      severity: 'unknown',
      cause: 'invalid',
      summary: 'has no limit',
    }),
  )
})

describe('a beat of tomorrow', () => {
  const at = (secondsAhead: number, asOf: Date, clock: Check['clock'] = 'database') =>
    judge(aCheck({ clock }), { kind: 'beat', at: later(secondsAhead), asOf, readAt: NOON })

  test.each([
    ["the writer's clock", at(7_200, NOON), "2 h in the future of the database's clock; check the writer's clock"],
    ["the writer's, where the database is ahead", at(7_200, later(10)), 'h 59 min in the future of the database'],
    ["the database's clock", at(0, later(-7_200)), 'is 2 h behind this host'],
    ['any of both', at(7_200, NOON, 'local'), "of this host's clock; check the writer's clock, this one, and the unit"],
  ])('is laid at the door of %s', (_, verdict, words) => {
    expect(verdict).toMatchObject({ severity: 'unknown', cause: 'future' })
    expect(verdict.summary).toContain(words)
  })
})

test.each([
  ['no difference', 0, 'ok', "0 s ahead of this host's (limit 30 s)"],
  ['a difference at the limit', 30, 'ok', "30 s ahead of this host's (limit 30 s)"],
  ['a difference above it', 30.04, 'warning', "30 s ahead of this host's (limit 30 s)"],
  ['as much behind', -30.1, 'warning', "30.1 s behind this host's (limit 30 s)"],
  ['hours', -7_200, 'warning', "2 h behind this host's (limit 30 s)"],
])('the clock of a database with %s', (_, skew, severity, summary) => {
  const by = judgeDatabase('mail', undefined, { severity: 'ok' })
  expect(judgeClock('mail', { skew, limit: 30, by })).toMatchObject({ severity, summary, cause: 'skew' })
})

test('a row that is gone is forgotten by a command that can be pasted whatever the row is called', () =>
  expect(judgeVanished(aCheck(), "x'; rm -rf ~; '")).toMatchObject({
    severity: 'unknown',
    cure: String.raw`if it is gone for good, forget it: lastalive clear 'mdx/x'\''; rm -rf ~; '\'''`,
  }))

test('an older beat is never better than a younger one', () =>
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(2_000), (age, more) => {
      const [young, old] = [judge(aCheck(), beat(age)), judge(aCheck(), beat(age + more))]
      expect(['ok', 'warning', 'critical'].indexOf(old.severity)).toBeGreaterThanOrEqual(
        ['ok', 'warning', 'critical'].indexOf(young.severity),
      )
    }),
  ))

test('since lies between the last beat and now', () =>
  fc.assert(
    fc.property(fc.integer({ min: 301, max: 1e9 }), fc.integer({ min: -1e6, max: 1e6 }), (age, skew) => {
      const { since, lastBeat } = judge(aCheck(), beat(age, later(skew)))
      expect(since?.getTime()).toBe((lastBeat?.getTime() ?? 0) + 300_000)
      expect(since?.getTime()).toBeLessThan(NOON.getTime())
    }),
  ))
