import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRange, isBreached, parseRange, type Range, upTo } from '../../../src/core/judge/range.ts'

const INFINITY = Number.POSITIVE_INFINITY
const outside = (from: number, to: number): Range => ({ from, to, alerts: 'outside' })
const inside = (from: number, to: number): Range => ({ from, to, alerts: 'inside' })

describe('ranges of the plugin guidelines', () => {
  test.each([
    ['10', outside(0, 10)],
    ['10:', outside(10, INFINITY)],
    ['~:10', outside(-INFINITY, 10)],
    ['10:20', outside(10, 20)],
    ['@10:20', inside(10, 20)],
    ['@10', inside(0, 10)],
    [':10', outside(0, 10)],
    ['0:', outside(0, INFINITY)],
    ['~:', outside(-INFINITY, INFINITY)],
    ['@~:10', inside(-INFINITY, 10)],
    ['@10:', inside(10, INFINITY)],
    ['10:10', outside(10, 10)],
    ['0', outside(0, 0)],
    ['-20:-10', outside(-20, -10)],
    ['-10:10', outside(-10, 10)],
    ['~:-5', outside(-INFINITY, -5)],
    ['1.5:2.25', outside(1.5, 2.25)],
    ['.5', outside(0, 0.5)],
    ['.25', outside(0, 0.25)],
    ['5.', outside(0, 5)],
    ['+5', outside(0, 5)],
    ['1e3', outside(0, 1_000)],
    ['1E-3:1e+3', outside(0.001, 1_000)],
    [' 10 : 20 ', outside(10, 20)],
    ['@ 10:20\n', inside(10, 20)],
    ['@ ~ :10', inside(-INFINITY, 10)],
    ['@ :10', inside(0, 10)],
    ['10: ', outside(10, INFINITY)],
  ])('%j is read', (text, range) => expect(parseRange(text)).toEqual(range))

  test.each([
    '',
    ' ',
    ':',
    ': ',
    '@',
    '@:',
    '~',
    '@~',
    '10:~',
    '~:~',
    '20:10',
    '-5',
    '@-5',
    '1:2:3',
    '10,20',
    '10..20',
    '@@10',
    '10@20',
    '10:@20',
    '~10',
    '~-5:10',
    'ten',
    '0x10',
    '1_000',
    '10 20',
    '10s',
    'NaN',
    'Infinity',
    '-Infinity:10',
    'inf:',
    '--5:10',
    '1e',
    '.',
    '%',
  ])('%j is none', (text) => expect(parseRange(text)).toBeUndefined())

  test.each([
    ['an upper end', '9'.repeat(400)],
    ['a lower end', `${'9'.repeat(400)}:`],
    ['a lower end below zero', `-${'9'.repeat(400)}:10`],
    ['an exponent', '1e999'],
  ])('%s beyond all numbers is refused, since it would never alert', (_, text) =>
    expect(parseRange(text)).toBeUndefined(),
  )
})

test('ends may be read otherwise', () => {
  const days = (end: string) => (end === 'week' ? 7 : undefined)
  expect(parseRange('week:', days)).toEqual(outside(7, INFINITY))
  expect(parseRange('@week', days)).toEqual(inside(0, 7))
  expect(parseRange('7:', days)).toBeUndefined()
})

test.each(['', '@', '@ ', ' : '])('%j is none, whatever its ends are read as', (text) =>
  expect(parseRange(text, () => 7)).toBeUndefined(),
)

test.each<[string, readonly [boolean, boolean, boolean, boolean, boolean]]>([
  ['10:20', [true, false, false, false, true]],
  ['@10:20', [false, true, true, true, false]],
  ['10:', [true, false, false, false, false]],
  ['@10:', [false, true, true, true, true]],
  ['~:20', [false, false, false, false, true]],
  ['@~:20', [true, true, true, true, false]],
  ['~:', [false, false, false, false, false]],
])('%s alerts below 10, at 10, at 15, at 20 and above: %j', (text, breaches) => {
  const range = parseRange(text) ?? upTo(Number.NaN)
  expect([9.999, 10, 15, 20, 20.001].map((value) => isBreached(range, value))).toEqual(breaches)
})

test.each<[string, Range, number, boolean]>([
  ['zero is within 0', outside(0, 0), 0, false],
  ['minus zero as well', outside(0, 0), -0, false],
  ['below zero is outside a bare limit', outside(0, 10), -0.001, true],
  ['below zero is within a limit of an age', upTo(10), -1e9, false],
  ['the only value of a range is within it', outside(10, 10), 10, false],
  ['what is no number is never well', outside(0, 10), Number.NaN, true],
  ['what is no number is never well where only the lower end counts', outside(0, INFINITY), Number.NaN, true],
  ['what is no number is never well where the inside alerts', inside(0, 10), Number.NaN, true],
  ['the largest number is outside', upTo(1e300), Number.MAX_VALUE, true],
])('%s', (_, range, value, isOutside) => expect(isBreached(range, value)).toBe(isOutside))

test.each<[string, Range]>([
  ['10', outside(0, 10)],
  ['0', outside(0, 0)],
  ['0:', outside(0, INFINITY)],
  ['10:', outside(10, INFINITY)],
  ['~:10', upTo(10)],
  ['~:0', upTo(0)],
  ['~:', outside(-INFINITY, INFINITY)],
  ['-10:0', outside(-10, 0)],
  ['@10', inside(0, 10)],
  ['@0:', inside(0, INFINITY)],
  ['@~:-1', inside(-INFINITY, -1)],
])('%s is how it is written', (text, range) => expect(formatRange(range)).toBe(text))

/** Whole numbers beyond 2^53 are read with all their digits, as another type. */
const END = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((end) => !Number.isInteger(end) || Number.isSafeInteger(end) || Math.abs(end) >= 1e21)
  .map((end) => (end === 0 ? 0 : end))
const RANGE = fc
  .record({
    ends: fc.tuple(END, END).map((ends) => ends.toSorted((a, b) => a - b)),
    isOpen: fc.tuple(fc.boolean(), fc.boolean()),
    alerts: fc.constantFrom('outside' as const, 'inside' as const),
  })
  .map(({ ends: [from = 0, to = 0], isOpen: [below, above], alerts }) => ({
    from: below ? -INFINITY : from,
    to: above ? INFINITY : to,
    alerts,
  }))

describe('any range', () => {
  test('is read back from how it is written', () =>
    fc.assert(
      fc.property(RANGE, (range) => {
        expect(parseRange(formatRange(range))).toEqual(range)
      }),
    ))

  test('alerts outside or inside, and never both', () =>
    fc.assert(
      fc.property(RANGE, fc.double({ noNaN: true }), (range, value) => {
        const other = { ...range, alerts: range.alerts === 'inside' ? ('outside' as const) : ('inside' as const) }
        expect(isBreached(range, value)).toBe(!isBreached(other, value))
      }),
    ))

  test('does not alert at its ends unless its inside alerts', () =>
    fc.assert(
      fc.property(RANGE, (range) => {
        expect([range.from, range.to].map((end) => isBreached(range, end))).toEqual([
          range.alerts === 'inside',
          range.alerts === 'inside',
        ])
      }),
    ))

  test('is not found in any text without complaint', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'@~:0123456789.e+- ') }), (text) => {
        const range = parseRange(text)
        expect(range === undefined || range.from <= range.to).toBe(true)
      }),
    ))
})
