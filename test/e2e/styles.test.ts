import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { makeSqliteScene } from '../support/scene.ts'

const CHECKS = Array.from({ length: 10_000 }, (_, i) => i)

/** A check, in each of the ways in which people write it. */
const STYLES: Readonly<Record<string, (i: number) => string>> = {
  blocks: (i) => `  c${i}:\n    database: d\n    key: last_alive\n    critical: 10m\n`,
  braces: (i) => `  c${i}: { database: d, key: last_alive, critical: 10m }\n`,
}

test('ten thousand checks in braces are read as fast as in blocks', { timeout: 240_000 }, async () => {
  const scene = await makeSqliteScene()
  scene.beat(0)
  const seconds: Record<string, number[]> = { blocks: [], braces: [] }
  for (const round of [1, 2, 3]) {
    for (const [style, write] of Object.entries(STYLES)) {
      const config = join(scene.dir, `${style}.yaml`)
      writeFileSync(config, `databases:\n  d: sqlite:${scene.path}\nchecks:\n${CHECKS.map(write).join('')}`, {
        mode: 0o600,
      })
      const outcome = await lastalive(['check', '--config', config, '--format', 'json', '-t', '60s'])
      expect({ round, style, code: outcome.code }).toEqual({ round, style, code: 0 })
      seconds[style]?.push(outcome.seconds)
    }
  }
  const least = (style: string): number => Math.min(...(seconds[style] ?? []))
  expect(least('braces')).toBeLessThan(1.4 * least('blocks'))
})
