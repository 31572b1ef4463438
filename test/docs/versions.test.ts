import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

test('README names the versions of Node that package.json takes', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
  const words = /with nothing but Node \(([\d., a-z]+?) and newer/.exec(read('README.md'))?.[1]
  expect(engines.node).toBe(words?.replace(/^([\d.]+), or ([\d.]+)$/, '^$1.0 || >=$2.0'))
})
