import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBounds, formatMetric } from '../../../src/cli/output/perfdata.ts'
import { type Range, upTo } from '../../../src/core/judge/range.ts'
import type { Metric } from '../../../src/core/types.ts'
import { parsePerfdata } from '../../support/plugin-output.ts'

const INFINITY = Number.POSITIVE_INFINITY
const outside = (from: number, to: number): Range => ({ from, to, alerts: 'outside' })
const age = (value: number | undefined, changes: Partial<Metric> = {}): Metric => ({
  name: 'mdx',
  value,
  unit: 's',
  min: 0,
  ...changes,
})
const amount = (value: number, changes: Partial<Metric> = {}): Metric => ({
  name: 'depth',
  value,
  unit: '',
  ...changes,
})

test.each<[string, Metric, string]>([
  ['an age', age(2_520, { warning: upTo(900), critical: upTo(1_800) }), 'mdx=2520s;900;1800;0'],
  ['an age with a fraction', age(59.9), 'mdx=59s;;;0'],
  ['an age below zero', age(-30), 'mdx=0s;;;0'],
  ['an age that is not known', age(undefined, { critical: upTo(600) }), 'mdx=U;;600;0'],
  ['an age in a range', age(1, { critical: outside(60, 3_600) }), 'mdx=1s;;60:3600;0'],
  ['an age that is too young', age(1, { critical: outside(60, INFINITY) }), 'mdx=1s;;60:;0'],
  ['an age inside a range', age(1, { critical: { ...outside(60, 90), alerts: 'inside' } }), 'mdx=1s;;@60:90;0'],
  ['a deadline to come', { name: 'x', value: -60.5, unit: 's', critical: upTo(0) }, 'x=-60.5s;;~:0'],
  ['an amount', amount(7, { warning: outside(0, 5), critical: outside(10, INFINITY) }), 'depth=7;5;10:'],
  ['an amount without limits', amount(7), 'depth=7'],
  ['minus zero', amount(-0), 'depth=0'],
  ['a fraction that no double holds', amount(0.1 + 0.2), 'depth=0.3'],
  ['all digits of many bytes', amount(1_234_567_890_123), 'depth=1234567890123'],
  ['something tiny', amount(1e-9), 'depth=0.000000001000'],
  ['something huge', amount(1e21), 'depth=1000000000000000000000'],
  ['something hugely below zero', amount(-1e22), 'depth=-10000000000000000000000'],
  ['a huge limit', amount(1, { critical: outside(0, 1e21) }), 'depth=1;;1000000000000000000000'],
  ['a tiny limit', amount(1, { critical: outside(1e-7, 1) }), 'depth=1;;0.000000100000:1'],
])('%s', (_, metric, perfdatum) => expect(formatMetric(metric)).toBe(perfdatum))

test.each<[string, Range, number | undefined, string]>([
  ['of an age', upTo(600), 0, '600'],
  ['of anything else', upTo(600), undefined, '~:600'],
  ['inside, without a lower end', { ...upTo(600), alerts: 'inside' }, 0, '@600'],
  ['without any end', outside(-INFINITY, INFINITY), undefined, '~:'],
])('a limit %s', (_, range, min, text) => expect(formatBounds(range, min === undefined ? {} : { min })).toBe(text))

describe('a label', () => {
  const labelOf = (name: string): string => formatMetric(age(1, { name })).replace(/=1s;;;0$/, '')

  test.each([
    ['mdx', 'mdx'],
    ['workers/host-7', 'workers/host-7'],
    ['clock:mail', 'clock:mail'],
    ['workers/a b', "'workers/a b'"],
    ['workers/é', "'workers/é'"],
    ['workers/;', "'workers/;'"],
  ])('%s is %s', (name, label) => expect(labelOf(name)).toBe(label))

  test.each([
    ['w/a=b', /^w\/a_b~[0-9a-f]{6}$/],
    ["w/it's", /^w\/it_s~[0-9a-f]{6}$/],
    ['w/a|b', /^w\/a_b~[0-9a-f]{6}$/],
    ['w/a\nb', /^'w\/a\\nb~[0-9a-f]{6}'$/],
    ['w/\u202e', /^'w\/\\u202e~[0-9a-f]{6}'$/],
    [`w/${'x'.repeat(10_000)}`, /^'w\/x{57}…~[0-9a-f]{6}'$/],
  ])('of %j shows that it is not the name', (name, label) => expect(labelOf(name)).toMatch(label))

  test('is another for another name', () => {
    const names = ['w/a=b', 'w/a|b', "w/a'b", 'w/a_b', ...['1', '2'].map((end) => `w/${'x'.repeat(100)}${end}`)]
    expect(new Set(names.map(labelOf)).size).toBe(names.length)
  })
})

const VALUE = fc.double({ noNaN: true, noDefaultInfinity: true })
const NAME = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 })
const RANGE = fc
  .tuple(VALUE, VALUE, fc.constantFrom('outside' as const, 'inside' as const))
  .map(([a, b, alerts]) => ({ from: Math.min(a, b), to: Math.max(a, b), alerts }))
const METRIC = fc
  .record({ name: NAME, value: VALUE, warning: RANGE, critical: RANGE, isAge: fc.boolean() })
  .map(({ isAge, ...metric }): Metric => ({ ...metric, unit: isAge ? 's' : '', ...(isAge ? { min: 0 } : {}) }))

describe('any figures', () => {
  test('can be read by a program that knows the guidelines', () =>
    fc.assert(
      fc.property(fc.array(METRIC, { minLength: 1, maxLength: 3 }), (metrics) => {
        const line = metrics.map(formatMetric).join(' ')
        expect(line).not.toMatch(/[|\n\r]/)
        expect(parsePerfdata(line).map(({ unit }) => unit)).toEqual(metrics.map(({ unit }) => unit))
      }),
    ))

  test('say what was measured, to the twelfth digit', () =>
    fc.assert(
      fc.property(VALUE, (value) => {
        const [figure] = parsePerfdata(formatMetric(amount(value)))
        expect(Math.abs((figure?.value ?? Number.NaN) - value)).toBeLessThanOrEqual(
          Math.max(1e-12, Math.abs(value) * 1e-12),
        )
      }),
    ))

  test('have labels of their own', () =>
    fc.assert(
      fc.property(fc.uniqueArray(NAME, { minLength: 2, maxLength: 5 }), (names) => {
        const labels = names.map((name) => formatMetric(age(1, { name })))
        expect(new Set(labels).size).toBe(names.length)
      }),
    ))
})
