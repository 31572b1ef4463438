import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTail } from '../../../src/cli/jobs/tail.ts'

test('keeps the last bytes, in whatever pieces they come, and counts all', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 50 }), (pieces, most) => {
      const { add, tail } = createTail(most)
      for (const piece of pieces) add(Buffer.from(piece))
      const all = Buffer.concat(pieces)
      expect(tail()).toEqual({ size: all.length, bytes: Buffer.from(all.subarray(-most)) })
    }),
  )
})
