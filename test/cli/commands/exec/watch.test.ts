import { expect, test } from 'vitest'
import { createWatch } from '../../../../src/cli/commands/exec/watch.ts'

type Piece = readonly [from: 1 | 2, text: string]

test.each([
  ['a text in one piece', [[1, 'all done']], true],
  [
    'a text in two pieces',
    [
      [1, 'all do'],
      [1, 'ne'],
    ],
    true,
  ],
  ['a text byte by byte', [...'done'].map((letter) => [1, letter]), true],
  [
    'a text that other output follows',
    [
      [1, 'done'],
      [1, 'x'.repeat(500)],
    ],
    true,
  ],
  [
    'a text whose pieces the other stream interrupts',
    [
      [1, 'do'],
      [2, 'x'],
      [1, 'ne'],
    ],
    true,
  ],
  [
    'no text whose pieces are of two streams',
    [
      [1, 'do'],
      [2, 'ne'],
    ],
    false,
  ],
  ['no text that is only begun', [[1, 'don']], false],
] as const)('finds %s', (_, pieces, isFound) => {
  const watch = createWatch({ expect: ['done'] }, 100)
  for (const [from, text] of pieces as readonly Piece[]) watch.add(from, Buffer.from(text))
  expect(watch.has('done')).toBe(isFound)
})

test('finds a text that is split inside a letter', () => {
  const watch = createWatch({ failOn: ['für'] }, 100)
  for (const byte of Buffer.from('für')) watch.add(1, Buffer.from([byte]))
  expect(watch.has('für')).toBe(true)
})
