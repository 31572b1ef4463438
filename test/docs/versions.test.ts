import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

test('README names the versions of Node that package.json takes', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
  const words = /with nothing but Node \(([\d., a-z]+?) and newer/.exec(read('README.md'))?.[1]
  expect(engines.node).toBe(words?.replace(/^([\d.]+), or ([\d.]+)$/, '^$1.0 || >=$2.0'))
})

test('package-lock.json names no registry: npm asks the one that is set up', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, object>> }
  const named = Object.entries(packages).filter(([, entry]) => Object.hasOwn(entry, 'resolved'))
  expect(Object.keys(packages).length).toBeGreaterThan(100)
  expect(named.map(([name]) => name)).toEqual([])
})
