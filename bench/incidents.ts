import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { startSmtp } from '../test/support/smtp.ts'
import { FLEET } from './fleet.ts'
import type { Runtime } from './runtime.ts'
import type { Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { medianOf, memoryFigure, timeOnce } from './timing.ts'

/** As many files at a time as our state is written by. */
const AT_ONCE = 16
/** One of them takes half a minute. */
const MOST_ROUNDS = 7

/** Ten thousand incidents that open, stand and close, beside the quiet run of the same and a bare loop of writes. */
export async function benchIncidents(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const smtp = await startSmtp()
  const config = stage.write.checks('incidents', stage.url, FLEET, '1d', smtp.url)
  const times = new Map<string, number[]>()
  const memory: Figure[] = []
  const timed = async (name: string, run: () => Promise<number>): Promise<void> => {
    times.set(name, [...(times.get(name) ?? []), await run()])
  }
  const age = (days: number): Promise<string> =>
    stage.postgres.query(`UPDATE runtime_info SET rt_value = floor(extract(epoch FROM now()) - 86400 * ${days})::text`)
  try {
    for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
      const dir = mkdtempSync(join(stage.dir, 'incidents-'))
      const words = stage.command(node, 'run', '-t', '120s', '--config', config, '--state', join(dir, 'state'))
      const run = (code: number) => () => timeOnce({ words, code })
      await age(0)
      await timed('first', run(0))
      await timed('quiet', run(0))
      await age(2)
      await timed('opening', run(2))
      await timed('standing', run(2))
      await age(0)
      await timed('closing', run(0))
      await timed('loop', () => timeLoop(join(dir, 'loop')))
      rmSync(dir, { recursive: true })
    }
    const words = stage.command(node, 'run', '-t', '120s', '--config', config, '--state', join(stage.dir, 'incidents'))
    await age(2)
    for (const what of ['opening', 'standing']) {
      memory.push(...(await memoryFigure({ words }, node, `${FLEET} incidents ${what}`)))
    }
    rmSync(join(stage.dir, 'incidents'), { recursive: true, force: true })
  } finally {
    await age(0)
    await smtp.stop()
  }
  const median = (name: string): number => medianOf(times.get(name) ?? [])
  const figure = (name: string, measure: string): Figure => {
    return { node: node.version, measure, value: median(name), unit: 'ms' }
  }
  const compared = (name: string, measure: string, other: string, against: string): Figure => {
    return { ...figure(name, measure), against, ratio: median(name) / median(other) }
  }
  return [
    figure('loop', `a bare loop that writes, syncs and renames ${FLEET} files twice`),
    figure('quiet', `a quiet run of ${FLEET} checks`),
    compared('opening', `${FLEET} incidents opening`, 'loop', 'the loop'),
    compared('standing', `${FLEET} incidents standing`, 'quiet', 'the quiet run'),
    compared('closing', `${FLEET} incidents closing`, 'loop', 'the loop'),
    ...memory,
  ]
}

/** What writing that much durably costs at least, in milliseconds. */
async function timeLoop(dir: string): Promise<number> {
  mkdirSync(dir)
  const begun = performance.now()
  for (let pass = 0; pass < 2; pass++) {
    const left = Array.from({ length: FLEET }, (_, i) => join(dir, `incident-${i}.lck`)).values()
    const work = async (): Promise<void> => {
      for (const path of left) await replace(path)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const directory = await open(dir)
    await directory.sync()
    await directory.close()
  }
  return performance.now() - begun
}

async function replace(path: string): Promise<void> {
  const file = await open(`${path}.tmp`, 'w')
  await file.writeFile('x'.repeat(1_000))
  await file.sync()
  await file.close()
  await rename(`${path}.tmp`, path)
}
