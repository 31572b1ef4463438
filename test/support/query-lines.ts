import { expect } from 'vitest'
import { eachLineOf } from './plugin-output.ts'
import { makeWatchingScene } from './watching.ts'

/** When all is judged. */
export const AT = '2026-11-22T12:00:00Z'
/** The same in seconds. */
export const NOON = Date.parse(AT) / 1_000
export const TEN = { critical: '10m' }

/** What a query brings, and how the line about it begins. */
export type Case = readonly [label: string, sql: string, check: Readonly<Record<string, unknown>>, line: string]

/** Judges all queries of a table in one go, and holds each line against what it should begin with. */
export async function expectLines(cases: readonly Case[]): Promise<void> {
  const scene = await makeWatchingScene()
  const checks = cases.map(([, query, check], i) => [`x${i}`, { query, ...check }] as const)
  scene.watch(Object.fromEntries(checks))
  const { stdout, stderr } = await scene.command(['check', '--now', AT])
  const lines = eachLineOf(stdout)
  const found = cases.map(([label, , , line], i) => {
    const own = lines.find((candidate) => candidate.includes(` - x${i}: `)) ?? ''
    return [label, own.replaceAll(new RegExp(`\\bx${i}\\b`, 'g'), 'x').slice(0, line.length)]
  })
  expect(stderr).toBe('')
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(cases.map(([label, , , line]) => [label, line])))
}
