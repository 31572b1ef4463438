import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPlainYaml } from '../../src/config/plain-yaml.ts'
import { readYaml } from '../../src/config/yaml.ts'
import { repetitions } from '../support/command.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What the whole reader makes of a text; undefined where it has something to complain about. */
function wholly(text: string): unknown {
  const read = readYaml(text)
  return read.kind === 'document' ? { raw: read.raw } : undefined
}

test.each([
  ['a mapping', 'a: b\nc: d', { a: 'b', c: 'd' }],
  ['blanks at the end of a line', 'a: b  \nc:  d # e \n  \nf:  ', { a: 'b', c: 'd', f: null }],
  ['what looks like a blank, behind a text', 'a: b\u00a0', undefined],
  ['what looks like a blank, before a name', '\u00a0a: b', undefined],
  ['a text without a colon', 'ab', undefined],
  ['mappings in mappings', 'a:\n  b:\n    c: d\n  e: f\ng: h', { a: { b: { c: 'd' }, e: 'f' }, g: 'h' }],
  ['lists in brackets', 'a: [b, c-d, "e f", 5m, 3]', undefined],
  [
    'plain lists in brackets',
    'a: [b, c-d, 5m, 3, mon-fri 08:00]\nb: []',
    { a: ['b', 'c-d', '5m', 3, 'mon-fri 08:00'], b: [] },
  ],
  ['lists', 'a:\n  - b\n  - c d\ne:\n- f', { a: ['b', 'c d'], e: ['f'] }],
  [
    'numbers and truths',
    'a: 0\nb: -12\nc: true\nd: false\ne: null\nf: ~\ng:',
    { a: 0, b: -12, c: true, d: false, e: null, f: null, g: null },
  ],
  ['quoted texts', `a: "b: c"\nd: 'e # f'\ng: ""`, undefined],
  ['quoted texts without a #', `a: "b: c"\nd: 'e, f'\ng: ""`, { a: 'b: c', d: 'e, f', g: '' }],
  [
    'URLs',
    'a: postgres://u@h:5432/db?sslmode=require\nb: sqlite:/var/x y.db\nc: "host=x"',
    { a: 'postgres://u@h:5432/db?sslmode=require', b: 'sqlite:/var/x y.db', c: 'host=x' },
  ],
  ['variables', 'a: ${A_B}\nb: x${A}y', { a: '${A_B}', b: 'x${A}y' }],
  ['comments', '# x\na: b # y\n  # z\nc: d#e', { a: 'b', c: 'd#e' }],
  ['SQL', 'a: SELECT max(seen) FROM t WHERE x = 1', { a: 'SELECT max(seen) FROM t WHERE x = 1' }],
])('%s', (_, text, expected) => {
  expect(readPlainYaml(text)?.raw).toEqual(expected)
  if (expected !== undefined) expect(wholly(text)).toEqual({ raw: expected })
})

test.each([
  ['nothing', ''],
  ['a comment alone', '# a'],
  ['a name that stands twice', 'a: b\na: c'],
  ['an anchor', 'a: &x b'],
  ['an alias', 'a: *x'],
  ['a merge', 'a:\n  <<: b'],
  ['a tag', 'a: !x b'],
  ['a block of text', 'a: |\n  b'],
  ['several lines', 'a: b\n  c'],
  ['a flow mapping', 'a: { b: c }'],
  ['a date', 'a: 2026-12-24'],
  ['a fraction', 'a: 1.5'],
  ['an octal number', 'a: 0o17'],
  ['something like a truth', 'a: Yes'],
  ['a tab', 'a:\tb'],
  ['two documents', 'a: b\n---\nc: d'],
  ['a name that is a truth', 'true: b'],
  ['an escape', String.raw`a: "b\n"`],
  ['a mapping in a list', 'a:\n  - b: c'],
  ['bad indentation', 'a:\n    b: c\n  d: e'],
  ['a text alone', 'a'],
])('%s is left to the whole reader', (_, text) => expect(readPlainYaml(text)).toBeUndefined())

test('the examples are mostly plain, and read alike', () => {
  const texts = readdirSync(join(ROOT, 'examples'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(ROOT, 'examples', name), 'utf8'))
  for (const text of texts) {
    const plain = readPlainYaml(text)
    if (plain !== undefined) expect(plain).toEqual(wholly(text))
  }
})

describe('whatever it reads, the whole reader reads alike', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    'key',
    'true',
    'no',
    'null',
    '~',
    '1',
    '-1',
    '007',
    '1e3',
    '.5',
    '0x1',
    '1_000',
    '12:30',
    '2026-01-01',
    'x-y',
    '-',
    '--',
    '?',
    'a:b',
    'a: b',
    'a:',
    ':a',
    '#',
    'a#',
    'a #b',
    '$X',
    '${X}',
    '"',
    '"q"',
    '"q: r"',
    "'s'",
    "'s''t'",
    "it's",
    '[',
    '[]',
    '[a, b]',
    '[a,b]',
    '[a: b]',
    '[ a ]',
    '{}',
    '&a',
    '*a',
    '!t',
    '|',
    '>',
    '%',
    '@',
    '`',
    ',',
    'é',
    ' ',
    '5m',
    '.inf',
    '=',
    '<<',
    '...',
    '---',
    'Null',
    'TRUE',
    '+1',
    '\\',
  )
  const scalar = fc.array(word, { minLength: 0, maxLength: 3 }).map((words) => words.join(' '))
  const line = fc
    .tuple(
      fc.constantFrom('', '', '  ', '  ', '    ', ' '),
      fc.constantFrom('a: ', 'b: ', 'c:', '- ', '-', 'd.e-f: ', '', '# '),
      scalar,
    )
    .map(([indent, head, tail]) => `${indent}${head}${tail}`)
  const document = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n'))

  test('of whatever lines', () => {
    let read = 0
    const property = fc.property(document, (text) => {
      const plain = readPlainYaml(text)
      if (plain === undefined) return
      read++
      expect(wholly(text), JSON.stringify(text)).toEqual(plain)
    })
    fc.assert(property, { numRuns: repetitions(200_000) })
    expect(read).toBeGreaterThan(repetitions(2_000))
  })
})
