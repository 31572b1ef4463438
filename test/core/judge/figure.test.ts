import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareFigures, readFigure, withoutNoise } from '../../../src/core/judge/figure.ts'
import { isBreached, parseRange } from '../../../src/core/judge/range.ts'
import { parseAmount } from '../../../src/core/time/timestamp.ts'

test.each([
  ['a small one', '42', 42],
  ['the last that a double holds', '9007199254740991', 9_007_199_254_740_991],
  ['one beyond', '9007199254740993', 9_007_199_254_740_993n],
  ['one below', '-9007199254740993', -9_007_199_254_740_993n],
  ['with a sign', '+9007199254740993', 9_007_199_254_740_993n],
  ['of a numeric column', '9007199254740993.00', 9_007_199_254_740_993n],
  ['a small one of a numeric column', '42.0000000000000000', 42],
  ['with zeros before it', '0000000000000000042', 42],
  ['a fraction', '0.1', 0.1],
  ['with an exponent', '1e21', 1e21],
  ['far beyond', `1${'0'.repeat(300)}`, 10n ** 300n],
])('%s is read', (_, text, figure) => {
  expect(readFigure(text)).toBe(figure)
  expect(parseAmount({ text, type: 'number', typeName: 'numeric' })).toBe(figure)
})

test('whole numbers of any length are compared with limits exactly, and keep their digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.bigInt({ min: -2n, max: 2n }), (limit, more) => {
      const [range, value] = [parseRange(`~:${limit}`), readFigure(String(limit + more))]
      expect(range !== undefined && value !== undefined && isBreached(range, value)).toBe(more > 0n)
      expect(String(withoutNoise(value ?? 0)) === String(limit + more)).toBe(true)
      expect(compareFigures(value ?? 0, readFigure(String(limit)) ?? 0)).toBe(Math.sign(Number(more)))
    }),
  )
})
