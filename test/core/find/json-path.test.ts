import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonPath, parseJsonPath, valueAt } from '../../../src/core/find/json-path.ts'

test.each<[string, JsonPath]>([
  ['$', []],
  ['$.seen', ['seen']],
  ['$.worker.seen', ['worker', 'seen']],
  ['$[0]', [0]],
  ['$[0][12].at', [0, 12, 'at']],
  ["$['last seen']", ['last seen']],
  ['$["last seen"]', ['last seen']],
  ["$['']", ['']],
  ["$['0']", ['0']],
  [String.raw`$['it\'s']`, ["it's"]],
  [String.raw`$["a\"b"]`, ['a"b']],
  [String.raw`$['a\\b']`, ['a\\b']],
  [`$['it"s']`, ['it"s']],
  ['$.a-b', ['a-b']],
  ['$._x.$y', ['_x', '$y']],
  ['$.größe', ['größe']],
  ['$.__proto__', ['__proto__']],
  ["$['a']['b'].c", ['a', 'b', 'c']],
])('%s is a path', (text, path) => expect(parseJsonPath(text)).toEqual(path))

test.each([
  '',
  'seen',
  '.seen',
  ' $',
  '$ ',
  '$seen',
  '$.',
  '$..seen',
  '$.*',
  '$[*]',
  '$[]',
  '$[-1]',
  '$[0:2]',
  '$[1.5]',
  '$[?(@.a)]',
  '$[seen]',
  "$['a]",
  `$['a"]`,
  String.raw`$['a\']`,
  '$.a b',
  '$.1a',
  '$[9999999999]',
  '$.a.',
])('%j is none', (text) => expect(parseJsonPath(text)).toBeUndefined())

test('a path that was refused leaves no trace in the next', () => {
  expect(parseJsonPath('$.a.b.c..')).toBeUndefined()
  expect(parseJsonPath('$.a')).toEqual(['a'])
})

describe('the value at a path', () => {
  const ROOT: unknown = JSON.parse(
    '{"a": {"b": [10, {"c": null}]}, "0": "zero", "": "empty", "n": 0, "f": false, "text": "abc", "__proto__": {"x": 1}}',
  )

  test.each<[string, unknown]>([
    ['$.a.b[0]', 10],
    ['$.a.b[1].c', null],
    ["$['0']", 'zero'],
    ["$['']", 'empty'],
    ['$.n', 0],
    ['$.f', false],
    ['$.__proto__.x', 1],
  ])('%s is %j', (path, value) => expect(valueAt(ROOT, parseJsonPath(path) ?? [])).toEqual(value))

  test.each([
    '$.b',
    '$.a.b[2]',
    '$.a.b[0].c',
    '$.a.b[1].c.d',
    '$.n.x',
    '$.constructor',
    '$.toString',
    '$.hasOwnProperty',
    '$.a.__proto__',
    '$.a.constructor.name',
    '$.text.length',
    '$.text[0]',
    '$.a.b.length',
    '$.a.b.map',
    "$.a.b['0']",
    '$[0]',
    '$.A',
  ])('%s leads nowhere', (path) => expect(valueAt(ROOT, parseJsonPath(path) ?? [])).toBeUndefined())

  test.each([null, 5, 'text', true, []])('of %j is nothing', (root) => expect(valueAt(root, ['a'])).toBeUndefined())
})

const STEP = fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat(99_999))

test('any way through JSON can be written, and leads there', () =>
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 5 }), fc.integer(), (path, leaf) => {
      const written = path.map((step) => (typeof step === 'number' ? `[${step}]` : `['${escaped(step)}']`)).join('')
      expect(parseJsonPath(`$${written}`)).toEqual(path)
      expect(valueAt(around(leaf, path), path)).toBe(leaf)
    }),
  ))

function escaped(name: string): string {
  return name.replaceAll(/['\\]/g, String.raw`\$&`)
}

function around(leaf: unknown, path: JsonPath): unknown {
  return path.reduceRight<unknown>((inner, step) => {
    if (typeof step === 'string') return JSON.parse(`{${JSON.stringify(step)}: ${JSON.stringify(inner)}}`)
    const list: unknown[] = []
    list[step] = inner
    return list
  }, leaf)
}
