import { expect, test } from 'vitest'
import { globOf, matchesGlob } from '../../../src/core/find/glob.ts'

test.each([
  ['a.dump', '*.dump', true],
  ['a.dump.tmp', '*.dump', false],
  ['.a.dump', '*.dump', false],
  ['.a.dump', '.*.dump', true],
  ['', '*', true],
  ['a', '?', true],
  ['ab', '?', false],
  ['😀', '?', true],
  ['b1', '[a-c][0-9]', true],
  ['d1', '[a-c][0-9]', false],
  ['d1', '[!a-c][0-9]', true],
  ['d1', '[^d]?', false],
  ['a]b', 'a[]]b', true],
  ['a-b', 'a[x-]b', true],
  ['a*b', 'a[*]b', true],
  ['axb', 'a[*]b', false],
  ['a[b', 'a[b', true],
  ['a+b(c)', 'a+b(c)', true],
  ['abcbc', 'a*bc', true],
  ['abcb', 'a*bc', false],
  ['abc', 'a**c', true],
  ['backup-2026.tar.gz', 'backup-*.tar.*', true],
])('%j is like %j: %j', (name, part, isLike) => expect(matchesGlob(name, part)).toBe(isLike))

test('a name that is made to take long takes no time', () => {
  const begun = performance.now()
  expect(matchesGlob('a'.repeat(255), `${'a*'.repeat(60)}b`)).toBe(false)
  expect(performance.now() - begun).toBeLessThan(200)
})

test.each([
  ['/srv/backup/a.dump', undefined],
  ['/srv/backup/*.dump', { folder: '/srv/backup', parts: ['*.dump'] }],
  ['/srv/*/last/?', { folder: '/srv', parts: ['*', 'last', '?'] }],
  ['/*', { folder: '/', parts: ['*'] }],
  ['/srv//*//x', { folder: '/srv/', parts: ['*', 'x'] }],
])('divides %j', (path, glob) => expect(globOf(path)).toEqual(glob))
