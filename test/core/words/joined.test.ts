import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joined } from '../../../src/core/words/joined.ts'

test('two lists make the same text only if they are the same, whatever stands in them', () => {
  const part = fc.oneof(fc.string(), fc.stringMatching(/^[0-9:]{0,4}$/))
  const parts = fc.array(part, { maxLength: 4 })
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(joined(...a) === joined(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
})
