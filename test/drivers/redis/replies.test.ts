import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplyGuard } from '../../../src/drivers/redis/replies.ts'

type Said = string | number | null | readonly Said[]

const said = fc.letrec<{ said: Said }>((tie) => ({
  said: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('said'), { maxLength: 4 }),
  ),
})).said

function written(one: Said): string {
  if (one === null) return '$-1\r\n'
  if (typeof one === 'number') return `:${one}\r\n`
  if (typeof one === 'string') return `$${Buffer.byteLength(one)}\r\n${one}\r\n`
  return `*${one.length}\r\n${one.map(written).join('')}`
}

test('whatever a server may answer passes, in whichever pieces it comes, and what is behind it is still looked at', () => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), (answers, size) => {
      const bytes = Buffer.from(`+OK\r\n${answers.map(written).join('')}-ERR some words\r\n`)
      const guard = createReplyGuard()
      for (let at = 0; at < bytes.length; at += size) guard(bytes.subarray(at, at + size))
      expect(() => guard(Buffer.from('HTTP/1.1 400\r\n'))).toThrow('cannot be understood')
    }),
  )
})

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
  ['RESP3', '%1\r\n+a\r\n+b\r\n'],
  ['a length that is no number', '$many\r\n'],
  ['a length below none', '*-2\r\n'],
  ['more parts than there can be', '*1000001\r\n'],
  ['more parts in lists of a list', '*2\r\n*900000\r\n*900000\r\n'],
  ['lists without a bottom', '*1\r\n'.repeat(9)],
  ['a header that never ends', '$'.padEnd(40, '1')],
  ['a header without its return', '$1\na\r\n'],
])('%s is given up', (_, text) => {
  expect(() => createReplyGuard()(Buffer.from(text))).toThrow('cannot be understood')
})

test('a value that is larger than memory is given up before it comes', () => {
  expect(() => createReplyGuard()(Buffer.from('$999999999\r\n'))).toThrow('the answer is larger than 64 MB')
})
