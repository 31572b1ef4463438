import { describe, expect, test } from 'vitest'
import type { Check, Many } from '../../../src/core/check.ts'
import { judge, judgeBlocked, judgeVanished } from '../../../src/core/judge/judge.ts'
import { type Limits, limitsOf, upTo } from '../../../src/core/judge/range.ts'
import { findFault, tidy } from '../../../src/core/judge/verdict.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import type { RawValue, Reading } from '../../../src/core/types.ts'
import { aCheck, later, NOON } from '../builders.ts'

const many = (changes: Partial<Many> = {}): Many => ({
  judge: 'each',
  vanished: 'unknown',
  expect: [],
  minRows: 0,
  maxRows: 10,
  ...changes,
})
const { warning: _, critical: __, ...UNLIMITED } = aCheck()
const by = { check: 'database:mail', summary: 'refused' }
const LIMITS = { warning: upTo(300), critical: upTo(600) }
const age = { name: 'mdx', value: undefined, unit: 's', ...LIMITS, min: 0 }
const deadline = { name: 'mdx', value: undefined, unit: 's', critical: upTo(0) }
const amount = { name: 'mdx', value: undefined, unit: '', critical: upTo(5) }
const count = { name: 'mdx', value: undefined, unit: '', min: 0 }

describe('where nothing is known, the figure is', () => {
  test.each<[string, Check, object]>([
    ['an age, which is never below zero', aCheck(), age],
    ['a deadline, which may be', { ...UNLIMITED, measure: 'overdue', critical: upTo(0) }, deadline],
    ['a number without a unit', { ...UNLIMITED, measure: 'amount', critical: upTo(5) }, amount],
    ['a count of the rows that are judged each', aCheck({ many: many() }), count],
    ['an age of rows that count as one', aCheck({ many: many({ judge: 'any' }) }), age],
  ])('%s', (_, check, metric) =>
    expect(judgeBlocked(check, by)).toStrictEqual({
      check: 'mdx',
      kind: 'check',
      metrics: [metric],
      severity: 'unknown',
      cause: 'blocked',
      summary: 'not read: database mail: refused',
      blockedBy: 'database:mail',
    }),
  )

  test('an age of one row', () =>
    expect(judgeBlocked(aCheck({ many: many() }), by, { item: 'a', word: 'not told' })).toMatchObject({
      item: 'a',
      summary: 'not told: database mail: refused',
      metrics: [{ ...age, name: 'mdx/a' }],
    }))
})

test.each<[string, Limits]>([
  ['both', LIMITS],
  ['a warning', { warning: upTo(1) }],
  ['critical', { critical: upTo(1) }],
  ['none', {}],
])('the limits of what has %s are these and no others', (_, limits) =>
  expect(limitsOf({ ...UNLIMITED, ...limits })).toStrictEqual(limits),
)

describe('a fault', () => {
  const fault = { kind: 'failed', scope: 'check', message: 'a\nb' } as const
  test('says what to do in one line', () =>
    expect(findFault('warning', { ...fault, cure: 'c\nd' })).toStrictEqual({
      severity: 'warning',
      cause: 'failed',
      summary: String.raw`a\nb`,
      cure: String.raw`c\nd`,
    }))
  test('says nothing of that where nobody knows', () =>
    expect(findFault('warning', fault)).toStrictEqual({
      severity: 'warning',
      cause: 'failed',
      summary: String.raw`a\nb`,
    }))
})

test('a summary has three hundred characters at most', () =>
  expect(tidy('x'.repeat(1_000))).toBe(`${'x'.repeat(299)}…`))

describe('a verdict', () => {
  const reading: Reading = { kind: 'amount', value: 7 }
  const check: Check = { ...UNLIMITED, measure: 'amount', critical: upTo(5) }
  const expected = {
    check: 'mdx',
    kind: 'check',
    severity: 'critical',
    cause: 'amount',
    summary: '7 (limit ~:5)',
    amount: 7,
    metrics: [{ ...amount, value: 7 }],
  }
  const raw: RawValue = { text: '7', type: 'number', typeName: 'int4' }

  test('of an amount has its figure', () => expect(judge(check, reading)).toStrictEqual(expected))
  test('has the value that it was read from', () =>
    expect(judge(check, { ...reading, raw })).toStrictEqual({ ...expected, raw }))
  test('on a limit and a schedule has a figure of each', () => {
    const parsed = parseSchedule('0 4 * * *')
    if (parsed.kind === 'rejected') throw new Error(parsed.error)
    const scheduled = { schedule: parsed.schedule, timezone: 'UTC', grace: 1_800 }
    const beat: Reading = { kind: 'beat', at: later(-400), asOf: NOON, readAt: NOON }
    expect(judge(aCheck({ scheduled }), beat)).toMatchObject({
      severity: 'warning',
      cause: 'age',
      metrics: [
        { name: 'mdx', value: 400 },
        { name: 'mdx_late', value: 0 },
      ],
    })
  })
})

describe('a row that is gone', () => {
  const gone = { check: 'mdx', item: 'a', kind: 'check', cause: 'vanished', summary: 'its row is gone' }
  const metrics = [{ ...age, name: 'mdx/a' }]

  test('is over where that was said', () =>
    expect(judgeVanished(aCheck({ many: many({ vanished: 'closed' }) }), 'a')).toStrictEqual({
      ...gone,
      metrics,
      severity: 'ok',
    }))

  test.each<[string, Check, string]>([
    ['as bad as was said', aCheck({ many: many({ vanished: 'critical' }) }), 'critical'],
    ['unknown where nothing was said', aCheck(), 'unknown'],
  ])('is %s, until somebody forgets it', (_, check, severity) =>
    expect(judgeVanished(check, 'a', 'lastalive -c x clear')).toStrictEqual({
      ...gone,
      metrics,
      severity,
      cure: "if it is gone for good, forget it: lastalive -c x clear 'mdx/a'",
    }),
  )
})

describe('a count of rows', () => {
  const rows = (changes: Partial<Check>, value: number) => judge(aCheck(changes), { kind: 'rows', count: value })
  const own = { check: 'mdx', kind: 'check', isWhole: true }
  const least = { critical: { from: 2, to: Number.POSITIVE_INFINITY, alerts: 'outside' } }

  test.each<[string, Partial<Check>, number, object]>([
    ['has no limit where nothing is said of many', {}, 3, { severity: 'ok', cause: 'rows', summary: '3 rows' }],
    [
      'of none is what missing says',
      { many: many(), missing: 'warning' },
      0,
      { severity: 'warning', cause: 'absent', summary: 'no rows' },
    ],
  ])('%s', (_, changes, value, finding) =>
    expect(rows(changes, value)).toStrictEqual({ ...own, ...finding, metrics: [{ ...count, value }] }),
  )

  test.each<[string, number, object]>([
    ['enough', 2, { severity: 'ok', cause: 'rows', summary: '2 rows' }],
    ['too few', 1, { severity: 'unknown', cause: 'absent', summary: '1 row, at least 2 expected' }],
  ])('that are %s has a lower limit', (_, value, finding) =>
    expect(rows({ many: many({ minRows: 2 }) }, value)).toStrictEqual({
      ...own,
      ...finding,
      metrics: [{ ...count, value, ...least }],
    }),
  )
})
