import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesParts, partsOfKey } from '../../../src/core/find/key-pattern.ts'

const matches = (key: string, pattern: string): boolean => matchesParts(key, partsOfKey(pattern))

test.each<[string, readonly string[]]>([
  ['last_alive', ['last_alive']],
  ['', ['']],
  ['last_*', ['last_', '']],
  ['*', ['', '']],
  ['**', ['', '', '']],
  ['*_at', ['', '_at']],
  ['a*b*c', ['a', 'b', 'c']],
  [String.raw`last\*`, ['last*']],
  [String.raw`last\*_*`, ['last*_', '']],
  [String.raw`C:\\*`, ['C:\\', '']],
  [String.raw`C:\\\*`, [String.raw`C:\*`]],
  [String.raw`a\b`, [String.raw`a\b`]],
  [String.raw`a\\b`, [String.raw`a\\b`]],
  [String.raw`a\b*`, [String.raw`a\b`, '']],
  ['*\\', ['', '\\']],
  ['a\n*\u{1f600}', ['a\n', '\u{1f600}']],
])('the parts of %j are %j', (pattern, parts) => expect(partsOfKey(pattern)).toEqual(parts))

describe('a key', () => {
  test.each([
    ['last_alive', 'last_*'],
    ['last_', 'last_*'],
    ['', '*'],
    ['', '**'],
    ['anything', '*'],
    ['a_b_c', 'a*b*c'],
    ['abc', 'a*b*c'],
    ['abbc', 'a*bc'],
    ['aXbYbZc', 'a*b*c'],
    ['last*', String.raw`last\*`],
    ['50%_done', '50%*'],
    ['a.b', 'a.*'],
  ])('%j is like %j', (key, pattern) => expect(matches(key, pattern)).toBe(true))

  test.each([
    ['xlast_alive', 'last_*'],
    ['LAST_ALIVE', 'last_*'],
    ['last', 'last_*'],
    ['aba', 'ab*ba'],
    ['ab', 'a*b*b'],
    ['acb', 'a*b*c'],
    ['last_alive', String.raw`last\*`],
    ['last_alive', 'last_alive_*'],
    ['lastxalive', 'last_*'],
    ['axb', 'a.*'],
    ['last_alive ', 'last_alive'],
  ])('%j is not like %j', (key, pattern) => expect(matches(key, pattern)).toBe(false))

  test('of a megabyte is compared with many stars at once', () => {
    const key = 'a'.repeat(1_000_000)
    expect(matches(key, `${'*a'.repeat(500)}*b`)).toBe(false)
    expect(matches(key, `${'*a'.repeat(500)}*`)).toBe(true)
    expect(matches(key, `${'*a'.repeat(500)}*b*`)).toBe(false)
  })
})

/** Tries every length of every star. */
function matchesSlowly(key: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return key === first
  if (!key.startsWith(first)) return false
  const left = key.slice(first.length)
  return Array.from({ length: left.length + 1 }, (_, skipped) => left.slice(skipped)).some((tail) =>
    matchesSlowly(tail, rest),
  )
}

const SHORT = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 7 })
const PARTS = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 }), { minLength: 1, maxLength: 4 })

describe('any pattern', () => {
  test('matches what trying everything matches', () =>
    fc.assert(
      fc.property(SHORT, PARTS, (key, parts) => {
        expect(matchesParts(key, parts)).toBe(matchesSlowly(key, parts))
      }),
      { numRuns: 1_000 },
    ))

  test('matches its own parts with anything in between', () =>
    fc.assert(
      fc.property(PARTS, fc.string(), (parts, between) => {
        expect(matchesParts(parts.join(between), parts)).toBe(true)
      }),
    ))

  test('whose stars are escaped means one key, which holds them', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '\\') }), (key) => {
        const pattern = `${key}*`.replaceAll(/[*\\]/g, String.raw`\$&`)
        expect(partsOfKey(pattern)).toEqual([`${key}*`])
      }),
    ))
})
