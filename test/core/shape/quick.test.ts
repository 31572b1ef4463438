import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { atOnce, optional, quickly } from '../../../src/core/shape/quick.ts'

/** Where this one changes, src/core/shape/quick.ts has to be looked at. */
const KNOWN = '1.5.0'

test('the version of valibot is the one whose insides are known', () =>
  expect(JSON.parse(readFileSync('node_modules/valibot/package.json', 'utf8')).version).toBe(KNOWN))

const digits = v.pipe(v.string('no text'), v.regex(/^\d+$/, 'no digits'), v.transform(Number))

test.each<[unknown, unknown]>([
  ['12', 12],
  ['x', ['no digits']],
  [7, ['no text']],
])('%j comes to the same at once', (value, expected) => {
  const result = v.safeParse(
    atOnce(digits, () => false),
    value,
  )
  expect(result.success ? result.output : result.issues.map(({ message }) => message)).toEqual(expected)
})

test('what is right is taken as it is', () =>
  expect(
    v.parse(
      atOnce(v.string(), (value) => value === 'a'),
      'a',
    ),
  ).toBe('a'))

test('a key that nobody has written has no schema', () => {
  let made = 0
  const entry = optional(() => {
    made += 1
    return digits
  })
  const entries = { a: digits, b: entry }
  const schema = quickly(v.object(entries), entries)
  expect([v.parse(schema, { a: '1' }), made]).toEqual([{ a: 1 }, 0])
  expect([v.parse(schema, { a: '1', b: '2' }), made]).toEqual([{ a: 1, b: 2 }, 1])
  expect(v.safeParse(schema, { a: '1', b: 'x' }).issues?.map(({ message }) => message)).toEqual(['no digits'])
  expect(v.safeParse(schema, {}).success).toBe(false)
})
