import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeWatchingScene } from '../support/watching.ts'

const ROWS = 200_000

test('two hundred thousand rows are shown', { timeout: 120_000 }, async () => {
  const scene = await makeWatchingScene()
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`
  const rows = `${numbers} SELECT 'n' || i AS name, 1 AS value FROM n`
  scene.watch({ many: { rows, measure: 'number', critical: 10, max_rows: ROWS } })
  const { code, stdout, stderr } = await scene.command(['check', '-t', '50s', '--format=text'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`many/n${ROWS} `)
})

test.each([
  ['2,000 brackets', (): string => `checks:\n  x: ${'['.repeat(2_000)}${']'.repeat(2_000)}\n`],
  ['5,000 brackets', (): string => `checks:\n  x: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`],
  ['3,000 dashes', (): string => `checks:\n  ${'- '.repeat(3_000)}1\n`],
  ['1,000 mappings', (): string => `checks:\n  x: ${'{a: '.repeat(1_000)}1${'}'.repeat(1_000)}\n`],
])('a file with %s in each other is refused with its line', async (_, text) => {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-e2e-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'lastalive.yaml')
  writeFileSync(file, text(), { mode: 0o600 })
  const { code, stderr } = await lastalive(['validate', '--config', file])
  expect([code, stderr]).toEqual([3, `lastalive: ${file}:2: nested too deeply; write less of it\n`])
})
