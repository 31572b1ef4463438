import { expect, test } from 'vitest'
import { readYaml } from '../../../src/config/read/yaml.ts'
import { processorMs } from '../../support/processor.ts'
import { explained } from '../rules/explained.ts'

test.each([
  ['a tab', 'a:\n\tb: 1', [{ line: 2, text: 'is indented with a tab; write blanks' }]],
  [
    'a name that stands twice',
    'a: 1\nb: 2\na: 3',
    [{ line: 3, text: '"a" stands here for the second time; rename or remove one of them' }],
  ],
  [
    'a number and a text that are the same name',
    'c:\n  1: x\n  "1": y',
    [{ line: 3, text: '"1" stands here for the second time; rename or remove one of them' }],
  ],
  ['an @ at the beginning', 'a: @x', [{ line: 1, text: 'the value begins with "@"; put it in quotes' }]],
  [
    'a * at the beginning',
    'a: 1\nb: *x',
    [{ line: 2, text: 'an alias (*) without an anchor (&) before it; put it in quotes' }],
  ],
  [
    'a thing that holds itself',
    'a: &x\n  - 1\n  - b: *x',
    [{ line: 3, text: 'an alias (*) inside what it stands for has no end; write what is meant' }],
  ],
  [
    'a lonely *',
    'a: *',
    [
      {
        line: 1,
        text: 'the value begins with "*"; put it in quotes',
      },
    ],
  ],
  ['${ inside braces', 'a: { url: ${X} }', [{ line: 1, text: 'the value has "${" in it; put it in quotes' }]],
  ['a colon in a value', 'a: b: c', [{ line: 1, text: 'the value has ": " in it; put it in quotes' }]],
  ['an unknown tag', 'a: !secret x', [{ line: 1, text: 'the value begins with "!"; put it in quotes' }]],
  ['two documents', 'a: 1\n---\nb: 2', [{ line: 3, text: 'a second document begins here; remove the --- before it' }]],
  [
    'every name that stands twice, in blocks and in braces',
    'a: 1\nb: { c: 1, d: 2, c: 3 }\na: 3\n"b": 4',
    [
      { line: 2, text: '"c" stands here for the second time; rename or remove one of them' },
      { line: 3, text: '"a" stands here for the second time; rename or remove one of them' },
      { line: 4, text: '"b" stands here for the second time; rename or remove one of them' },
    ],
  ],
  [
    'two merges into one',
    'x: &x { a: 1 }\nb:\n  <<: *x\n  <<: *x',
    [{ line: 4, text: '"<<" stands here for the second time; rename or remove one of them' }],
  ],
  ['the same number written in two ways', 'c:\n  10: x\n  0xa: y', [{ line: 3, text: 'duplicated mapping key' }]],
  [
    'the braces of a template',
    'a: {{ password }}',
    [{ line: 1, text: 'a mapping or a list cannot be a name; put it in quotes' }],
  ],
  ['a bracket that is never closed', 'a: [b\nc: d', [{ line: 1, text: 'a [ is not closed; write ] at its end' }]],
  ['what is nested too deeply', `a: ${'['.repeat(5_000)}`, [{ line: 1, text: 'nested too deeply; write less of it' }]],
  [
    'a merge of what is no mapping',
    'a:\n  <<: b',
    [{ line: 2, text: 'cannot merge mappings; the provided source object is unacceptable' }],
  ],
  [
    'a password in a tag, without showing it',
    'a: !s3cret',
    [{ line: 1, text: 'the value begins with "!"; put it in quotes' }],
  ],
  ['a zero byte', 'a: 1\nb: \0', [{ line: 2, text: 'null byte is not allowed in input' }]],
])('refuses %s', (_, source, problems) => {
  expect(explained(source)).toEqual(problems)
})

test('refuses aliases that multiply', () => {
  const source = `a: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g']
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]`)
    .join('\n')}`
  expect(readYaml(source)).toMatchObject({ kind: 'broken' })
})

const SOURCE = `a:
  b: 1
  c:
    - x
    - y
base: &base
  d: 1
e:
  <<: *base
  f: *base
g:
  - h: 1
  - h: 2
    i: 3
j: { k: 1,
     l: 2 }
more: &more
  n: 1
m: { <<: [*base, *more], o: 1 }
`

test.each([
  ['a key', ['a', 'b'], 2],
  ['an item of a list', ['a', 'c', 1], 5],
  ['what is not there, by what is around it', ['a', 'z', 'y'], 1],
  ['what is merged in', ['e', 'd'], 7],
  ['what is inside an alias', ['e', 'f', 'd'], 7],
  ['the whole', [], 1],
  ['a mapping in a list, written on the line of its dash', ['g', 1, 'i'], 14],
  ['what is in braces on several lines', ['j', 'l'], 16],
  ['what comes from the second of two merged', ['m', 'n'], 18],
])('tells the line of %s', (_, path, line) => {
  expect(readYaml(SOURCE)).toMatchObject({ kind: 'document' })
  const read = readYaml(SOURCE)
  expect('lineOf' in read ? read.lineOf(path) : undefined).toBe(line)
})

test.each([
  ['nothing', '', null],
  ['a comment alone', '# a', null],
  ['the mark at the beginning of a file', '\ufeffa: b', { a: 'b' }],
  ['lines of another system', 'a: b\r\nc:\r\n  - d\r\n', { a: 'b', c: ['d'] }],
  ['texts that other versions take for truths', 'a: yes\nb: No\nc: on', { a: 'yes', b: 'No', c: 'on' }],
  ['truths and nothing', 'a: true\nb: False\nc: ~\nd:\ne: null', { a: true, b: false, c: null, d: null, e: null }],
  [
    'numbers',
    'a: 12\nb: -1.5\nc: 0o17\nd: 0x1f\ne: 1e3\nf: 017\ng: .5\nh: 1_000',
    { a: 12, b: -1.5, c: 15, d: 31, e: 1_000, f: 17, g: 0.5, h: '1_000' },
  ],
  [
    'dates and times as texts',
    'a: 2026-12-24\nb: 12:30\nc: 08:00-17:00',
    { a: '2026-12-24', b: '12:30', c: '08:00-17:00' },
  ],
  ['quoted texts', `a: "b: c\\n"\nd: 'it''s # e'`, { a: 'b: c\n', d: "it's # e" }],
  ['blocks of text', 'a: |\n  b\n  c\nd: >-\n  e\n  f\n', { a: 'b\nc\n', d: 'e f' }],
  ['texts of several lines', 'a: b\n  c', { a: 'b c' }],
  ['braces and brackets', 'a: { b: [c, "d"], e: {} }', { a: { b: ['c', 'd'], e: {} } }],
  ['a number as a name', '1: a\ntrue: b', { 1: 'a', true: 'b' }],
  ['tags of YAML itself', 'a: !!str 5\nb: !!int "6"', { a: '5', b: 6 }],
  ['aliases', 'a: &x [1, 2]\nb: *x\n', { a: [1, 2], b: [1, 2] }],
  [
    'a merge, whose keys yield to what is there',
    'a: &x { b: 1, c: 2 }\nd: { c: 3, <<: *x }\n',
    { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } },
  ],
  [
    'two merges, of which the first wins',
    'a: &x { b: 1 }\nc: &y { b: 2, d: 3 }\ne: { <<: [*x, *y] }\n',
    { a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } },
  ],
  ['a quoted << as a name', 'a: { "<<": 1 }', { a: { '<<': 1 } }],
])('reads %s', (_, source, raw) => expect(readYaml(source)).toMatchObject({ kind: 'document', raw }))

test('reads names that objects have of their own without becoming them', () => {
  const read = readYaml(
    '__proto__: { polluted: 1 }\nconstructor: 1\na: &x { __proto__: { polluted: 2 } }\nb: { <<: *x }',
  )
  const raw: unknown = 'raw' in read ? read.raw : undefined
  expect(Object.keys(Object(raw))).toEqual(['__proto__', 'constructor', 'a', 'b'])
  expect(Object.getPrototypeOf(raw)).toBe(Object.prototype)
  expect(Reflect.get(Object(raw), 'polluted')).toBeUndefined()
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('ten thousand checks may merge the same keys', () => {
  const checks = Array.from({ length: 10_000 }, (_, i) => `  c${i}: { <<: *all, key: k${i} }`).join('\n')
  const source = `all: &all { a: 1, b: 2, c: 3, d: 4, e: 5 }\nchecks:\n${checks}\n`
  expect(readYaml(source)).toMatchObject({ kind: 'document' })
})

/** What makes readers slow: each of these took seconds or more in one of them. */
test.each([
  ['brackets as names in brackets', `${'['.repeat(90)}a${']: b'.repeat(90)}`],
  ['braces as names in braces', `${'{'.repeat(90)}a${'}: b'.repeat(90)}`],
  ['dashes in a row', `${'- '.repeat(90)}a`],
  ['question marks in a row', `${'? '.repeat(90)}a`],
  ['anchors in a row', `${'&a '.repeat(50_000)}`],
  ['pairs in brackets', `[${'a: b, '.repeat(10_000)}]`],
  ['a long text of several lines', `a: ${'b\n  '.repeat(50_000)}`],
  ['colons', `a${' :'.repeat(50_000)}`],
  ['quotes that open and close', `a: ${"''".repeat(50_000)}`],
])('is done with %s in less than a second', (_, source) => {
  const start = processorMs()
  readYaml(source)
  expect(processorMs() - start).toBeLessThan(1_000)
})
