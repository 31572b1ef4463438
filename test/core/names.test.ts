import { expect, test } from 'vitest'
import { idOf, type Named, STUCK_RUN, titleOf } from '../../src/core/names.ts'

test.each<[string, Named, string, string]>([
  ['a check', { check: 'mdx' }, 'mdx', 'mdx'],
  ['a row', { check: 'workers', item: 'a\n/b' }, 'workers/a\n/b', 'workers/a\\n/b'],
  ['a long row', { check: 'w', item: 'x'.repeat(80) }, `w/${'x'.repeat(80)}`, `w/${'x'.repeat(59)}…`],
  ['a database', { check: 'database:mail' }, 'database:mail', 'database mail'],
  ['its clock', { check: 'clock:mail' }, 'clock:mail', 'clock of database mail'],
  ['how long it takes', { check: 'response:mail' }, 'response:mail', 'response of database mail'],
  ['a run of ours', { check: STUCK_RUN }, 'run:lock', 'run of lastalive'],
])('%s has an identity, and a name that a person reads', (_, named, id, title) => {
  expect(idOf(named)).toBe(id)
  expect(titleOf(named)).toBe(title)
})
