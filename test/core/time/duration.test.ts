import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../src/core/time/duration.ts'

test.each([
  ['10m', 600],
  ['600', 600],
  ['1.25', 1.25],
  ['PT10M', 600],
  ['600s', 600],
  ['90s', 90],
  ['15m', 900],
  ['3h', 10_800],
  ['2d', 172_800],
  ['1w', 604_800],
  ['1h30m', 5_400],
  ['P1DT2H', 93_600],
  ['P2W', 1_209_600],
  ['1.5s', 1.5],
  ['0', 0],
  [' 10m ', 600],
  ['10M', 600],
])('%s is %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds))

test.each([
  '',
  'm',
  '30 minuts',
  '10 m',
  '-5m',
  '1m1h',
  'PT',
  'P',
  'P1D T',
  'P1DT',
  'P1Y',
  '1e3',
  'inf',
  'abc',
  '5x',
  '1.5h',
])('"%s" is not a duration', (text) => expect(parseDuration(text)).toBeUndefined())

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [95, '1 min 35 s'],
  [2520, '42 min'],
  [2579, '42 min'],
  [3600, '1 h'],
  [3780, '1 h 3 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d'],
  [100_800, '1 d 4 h'],
  [604_800, '1 w'],
  [4_752_000, '7 w 6 d'],
  [4_838_400, '8 w'],
  [4_838_401, '56 d'],
  [31_536_000, '365 d'],
  [-7200, '-2 h'],
  [-0.5, '0 s'],
])('%d seconds read "%s"', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

test('what is written in whole units is read back', () =>
  fc.assert(
    fc.property(fc.nat(9), fc.nat(23), fc.nat(59), fc.nat(59), (d, h, m, s) => {
      expect(parseDuration(`${d}d${h}h${m}m${s}s`)).toBe(((d * 24 + h) * 60 + m) * 60 + s)
    }),
  ))
