import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND, runProgram } from '../support/command.ts'
import { makeSqliteScene } from '../support/scene.ts'

const [FEW, MANY] = [5_000, 20_000]

/** The checks of a fleet, in each state in which all of it may be. */
const FLEETS: Readonly<Record<string, (i: number) => string>> = {
  'well, a key for each': (i) => `{ database: d, key: worker-${i}, critical: 10m }`,
  'stale, a key for each': (i) => `{ database: d, key: old-${i}, critical: 10m }`,
  'of keys that are not there': (i) => `{ database: d, key: none-${i}, critical: 10m }`,
  'of values that cannot be read': (i) => `{ database: d, key: odd-${i}, critical: 10m }`,
  'of a database that is not there': (i) => `{ database: gone, key: worker-${i}, critical: 10m }`,
}

test.each(Object.entries(FLEETS))('four times as many checks, %s, take about four times as long', async (_, entry) => {
  const scene = await makeSqliteScene()
  for (const [key, value] of [
    ['worker', "strftime('%s', 'now')"],
    ['old', '1700000000'],
    ['odd', "'x'"],
  ]) {
    const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})`
    scene.database.exec(`INSERT INTO runtime_info(rt_key, rt_value) ${numbers} SELECT '${key}-' || i, ${value} FROM n`)
  }
  const seconds = async (count: number): Promise<number> => {
    const config = join(scene.dir, `${count}.yaml`)
    const checks = Array.from({ length: count }, (_, i) => `  c${i + 1}: ${entry(i + 1)}\n`).join('')
    const databases = `databases:\n  d: sqlite:${scene.path}\n  gone: sqlite:${scene.path}.gone\n`
    writeFileSync(config, `${databases}checks:\n${checks}`, { mode: 0o600 })
    return processorSeconds(['check', '--config', config, '-t', '60s'])
  }
  const [one, few, many] = [await seconds(1), await seconds(FEW), await seconds(MANY)]
  // What grows with the square would take sixteen times as long.
  expect(many - one).toBeLessThan(7 * (few - one))
})

/** What one run of the command computes for, whatever else the machine does meanwhile. */
async function processorSeconds(args: readonly string[]): Promise<number> {
  const script = '"$@" >/dev/null 2>&1; times'
  const { stdout } = await runProgram(['bash', '-c', script, 'bash', process.execPath, COMMAND, ...args])
  const [, ofChildren = ''] = stdout.trim().split('\n')
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0)
}
