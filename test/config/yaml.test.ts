import { expect, test } from 'vitest'
import { readYaml } from '../../src/config/yaml.ts'

test.each([
  ['a tab', 'a:\n\tb: 1', [{ line: 2, text: 'tabs are not allowed as indentation' }]],
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
  [
    'an @ at the beginning',
    'a: @x',
    [{ line: 1, text: 'plain value cannot start with reserved character @; put it in quotes' }],
  ],
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
  ['a lonely *', 'a: *', [{ line: 1, text: 'alias cannot be an empty string; put it in quotes' }]],
  [
    '${ inside braces',
    'a: { url: ${X} }',
    [{ line: 1, text: 'unexpected flow-map-start at node end; put it in quotes' }],
  ],
  [
    'a colon in a value',
    'a: b: c',
    [{ line: 1, text: 'nested mappings are not allowed in compact mappings; put it in quotes' }],
  ],
  ['an unknown tag', 'a: !secret x', [{ line: 1, text: 'unresolved tag; put it in quotes' }]],
  ['two documents', 'a: 1\n---\nb: 2', [{ line: 2, text: 'source contains multiple documents' }]],
])('refuses %s', (_, source, problems) => {
  expect(readYaml(source)).toEqual({ kind: 'broken', problems })
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
`

test.each([
  ['a key', ['a', 'b'], 2],
  ['an item of a list', ['a', 'c', 1], 5],
  ['what is not there, by what is around it', ['a', 'z', 'y'], 1],
  ['what is merged in', ['e', 'd'], 7],
  ['what is inside an alias', ['e', 'f', 'd'], 7],
  ['the whole', [], 1],
])('tells the line of %s', (_, path, line) => {
  expect(readYaml(SOURCE)).toMatchObject({ kind: 'document' })
  const read = readYaml(SOURCE)
  expect('lineOf' in read ? read.lineOf(path) : undefined).toBe(line)
})
