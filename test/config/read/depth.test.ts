import { expect, test } from 'vitest'
import { readYaml } from '../../../src/config/read/yaml.ts'

const DEEP = 'nested too deeply; write less of it'

/** Mappings in blocks, each a blank deeper than the one above. */
function blocks(depth: number): string {
  return Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('')
}

/** Each name stands for thirty levels around the one before it. */
function aliases(count: number): string {
  const around = (inner: string): string => `${'['.repeat(30)}${inner}${']'.repeat(30)}`
  return Array.from({ length: count }, (_, i) => `n${i}: &n${i} ${around(i === 0 ? '1' : `*n${i - 1}`)}\n`).join('')
}

test.each([
  ['brackets that are never closed', `checks:\n  x: ${'['.repeat(5_000)}`, 2],
  ['brackets', `checks:\n  x: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 2],
  ['braces', `checks: ${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`, 1],
  ['lists', `checks:\n  ${'- '.repeat(5_000)}1`, 2],
  ['far more brackets', '['.repeat(200_000), 1],
  ['blocks', blocks(1_000), 100],
  ['a hundred and one levels', `a: ${'['.repeat(101)}${']'.repeat(101)}`, 1],
  ['aliases of aliases', aliases(4), 1],
])('%s are refused, with their line', (_, text, line) => {
  expect(readYaml(text)).toMatchObject({ kind: 'broken', problems: [{ line, text: DEEP }] })
})

test.each([
  ['as deep as may be', `a: ${'['.repeat(90)}${']'.repeat(90)}`],
  ['aliases that are not deeper', aliases(3)],
  ['what stands there many times', aliases(1)],
])('%s is read', (_, text) => {
  expect(readYaml(text).kind).toBe('document')
})
