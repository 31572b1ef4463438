import { expect, test } from 'vitest'
import { nextMemory } from '../../../src/core/judge/memory.ts'

const BEFORE = new Map<string, unknown>([
  ['mdx', { offset: 1 }],
  ['imports', 2],
])

test.each<[string, unknown, { watched?: string[]; unsaved?: string[] }, unknown]>([
  ['nothing new', [], {}, undefined],
  ['the same again', [['mdx', { offset: 1 }]], {}, undefined],
  [
    'something else',
    [['mdx', { offset: 2 }]],
    {},
    [
      ['mdx', { offset: 2 }],
      ['imports', 2],
    ],
  ],
  [
    'the first time',
    [['night', 0]],
    {},
    [
      ['mdx', { offset: 1 }],
      ['imports', 2],
      ['night', 0],
    ],
  ],
  ['undefined', [['mdx', undefined]], {}, [['imports', 2]]],
  ['undefined where there was nothing', [['night', undefined]], {}, undefined],
  ['something whose incident was not saved', [['mdx', { offset: 2 }]], { unsaved: ['mdx'] }, undefined],
  ['nothing, and one is gone', [], { watched: ['mdx'] }, [['mdx', { offset: 1 }]]],
  ['something that is not watched', [['other', 1]], {}, undefined],
  [
    'what is no JSON',
    [['mdx', 1n]],
    {},
    [
      ['mdx', 1n],
      ['imports', 2],
    ],
  ],
])('a run that leaves %s', (_, left, { watched = ['mdx', 'imports', 'night'], unsaved = [] }, next) => {
  const memory = nextMemory(BEFORE, new Map(left as [string, unknown][]), {
    isWatched: (check) => watched.includes(check),
    isSaved: (check) => !unsaved.includes(check),
  })
  expect(memory && [...memory]).toEqual(next)
})
