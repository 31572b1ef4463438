import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { parseLimit, type Range, upTo } from '../../../src/core/judge/range.ts'

const INFINITY = Number.POSITIVE_INFINITY
const outside = (from: number, to: number): Range => ({ from, to, alerts: 'outside' })
const AGES = ['age', 'overdue'] as const

describe.each(AGES)('a limit of %s', (measure) => {
  test.each<[string, Range]>([
    ['10m', upTo(600)],
    ['600', upTo(600)],
    ['PT10M', upTo(600)],
    ['1.5', upTo(1.5)],
    ['0', upTo(0)],
    ['~:10m', upTo(600)],
    ['10m:', outside(600, INFINITY)],
    ['1m:1h30m', outside(60, 5_400)],
    ['60:PT1H', outside(60, 3_600)],
    [':10m', outside(0, 600)],
    ['@1m:2m', { from: 60, to: 120, alerts: 'inside' }],
    ['@10m', { from: 0, to: 600, alerts: 'inside' }],
  ])('may be %s', (text, limit) => expect(parseLimit(text, measure)).toEqual(limit))

  test.each(['', ' ', '-5', '-5m:', '1h:1m', '30 minuts', '1.5h', '1e3', 'soon', '00:10:00', '10m:x', 'NaN', '=10m'])(
    'is not %j',
    (text) => expect(parseLimit(text, measure)).toBeUndefined(),
  )

  test.each(['9'.repeat(400), `${'9'.repeat(400)}w`, `1m:${'9'.repeat(400)}`])(
    'is nothing beyond all numbers, which no age would ever breach',
    (text) => expect(parseLimit(text, measure)).toBeUndefined(),
  )
})

test.each<[string, number | undefined]>([
  ['7d left', -604_800],
  [' PT1H  LEFT ', -3_600],
  ['0 left', 0],
  ['left', undefined],
  ['left 7d', undefined],
  ['-7d left', undefined],
])('before a deadline a limit of %j is read', (text, seconds) => {
  expect(parseLimit(text, 'overdue')).toEqual(
    seconds === undefined ? undefined : { ...upTo(0), to: expect.closeTo(seconds) },
  )
  expect([parseLimit(text, 'age'), parseLimit(text, 'amount')]).toEqual([undefined, undefined])
})

test.each<[string, Range]>([
  ['100', outside(0, 100)],
  ['-5:5', outside(-5, 5)],
  ['1e3:', outside(1_000, INFINITY)],
])('a limit of an amount may be %s', (text, limit) => expect(parseLimit(text, 'amount')).toEqual(limit))

test.each<[string, Check['measure']]>([
  ['10m', 'amount'],
  ['1h:', 'amount'],
  ['', 'amount'],
])('%j is no limit of an amount', (text, measure) => expect(parseLimit(text, measure)).toBeUndefined())
