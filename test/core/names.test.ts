import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bareNameOf,
  idOf,
  type Named,
  namedBy,
  nameOfSource,
  STUCK_RUN,
  sourceIn,
  titleOf,
} from '../../src/core/names.ts'

test.each<[string, Named, string, string]>([
  ['a check', { check: 'mdx' }, 'mdx', 'mdx'],
  ['a row', { check: 'workers', item: 'a\n/b' }, 'workers/a\n/b', 'workers/a\\n/b'],
  ['a long row', { check: 'w', item: 'x'.repeat(80) }, `w/${'x'.repeat(80)}`, `w/${'x'.repeat(59)}…`],
  ['a check with a slash in its name', { check: 'a/b' }, '"a/b"', 'a/b'],
  ['a row of it', { check: 'a/b', item: 'c' }, '"a/b"/c', 'a/b/c'],
  ['a database with a colon in its name', { check: 'database:a:b' }, 'database:a:b', 'database a:b'],
  ['a database', { check: 'database:mail' }, 'database:mail', 'database mail'],
  ['its clock', { check: 'clock:mail' }, 'clock:mail', 'clock of database mail'],
  ['how long it takes', { check: 'response:mail' }, 'response:mail', 'response of database mail'],
  ['a run of ours', { check: STUCK_RUN }, 'run:lock', 'run of lastalive'],
])('%s has an identity, and a name that a person reads', (_, named, id, title) => {
  expect(idOf(named)).toBe(id)
  expect(titleOf(named)).toBe(title)
})

test.each<[string, string, ReturnType<typeof sourceIn>]>([
  ['a database', 'database:mail', { source: 'mail', aspect: 'answer' }],
  ['its clock', 'clock:mail', { source: 'mail', aspect: 'clock' }],
  ['how long it takes', 'response:mail', { source: 'mail', aspect: 'response' }],
  ['a database with a colon and a line break in its name', 'database:a:\nb', { source: 'a:\nb', aspect: 'answer' }],
  ['a check', 'database', undefined],
  ['a check with such a word in its name', 'my-database:mail', undefined],
  ['a run of ours', STUCK_RUN, undefined],
])('the source in the name of %s', (_, name, source) => {
  expect(sourceIn(name)).toEqual(source)
  if (source !== undefined) expect(nameOfSource(source.source, source.aspect)).toBe(name)
})

test.each([
  ['mail', 'mail'],
  ['database:mail', 'mail'],
  ['clock:mail', 'clock:mail'],
])('a plan that calls a source %s means %s', (name, bare) => expect(bareNameOf(name)).toBe(bare))

const text = fc.oneof(fc.string(), fc.stringMatching(/^[/"\\\\a:]{0,6}$/))
const named: fc.Arbitrary<Named> = fc.oneof(fc.record({ check: text }), fc.record({ check: text, item: text }))

test('two have the same identity only if they are the same, whatever their names are', () => {
  fc.assert(
    fc.property(named, named, (a, b) => {
      expect(namedBy(idOf(a))).toEqual(a)
      expect(idOf(a) === idOf(b)).toBe(a.check === b.check && a.item === b.item)
    }),
  )
})

test('the ids that earlier versions wrote of names in a configuration are read as they were meant', () => {
  expect(namedBy('workers/a/"b"')).toEqual({ check: 'workers', item: 'a/"b"' })
  expect(namedBy('"\\q')).toEqual({ check: '"\\q' })
})
