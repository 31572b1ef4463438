import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findNode24 } from '../test/support/node24.ts'
import { benchExec } from './exec.ts'
import { benchChecks, benchDatabases, benchItems, benchMemory } from './fleets.ts'
import { benchIncidents } from './incidents.ts'
import { benchKeys } from './keys.ts'
import type { Runtime } from './runtime.ts'
import { makeStage, type Stage } from './stage.ts'
import { benchStart } from './start.ts'
import { type Figure, tableOf } from './table.ts'
import { benchWeb } from './web.ts'

/** Measures a part on a runtime. */
type Part = (stage: Stage, node: Runtime, rounds: number) => Promise<readonly Figure[]>

const PARTS: Readonly<Record<string, Part>> = {
  start: benchStart,
  items: benchItems,
  checks: benchChecks,
  databases: benchDatabases,
  incidents: benchIncidents,
  memory: benchMemory,
  keys: benchKeys,
  web: benchWeb,
  exec: benchExec,
}

/** Runs the benchmark, or some parts of it, and prints one table; with `--json FILE` the figures go there as well. */
export async function bench(root: string, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string' }, json: { type: 'string' }, only: { type: 'string', multiple: true } },
  })
  const rounds = Number(values.rounds ?? 30)
  const wanted = values.only ?? Object.keys(PARTS)
  const unknown = wanted.find((name) => PARTS[name] === undefined)
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`)
  const node24 = findNode24()
  const runtimes: readonly Runtime[] = [
    { path: process.execPath, version: process.versions.node.split('.')[0] ?? '' },
    ...(node24 === undefined ? [] : [{ path: node24, version: '24' }]),
  ]
  const stage = await makeStage(root)
  try {
    const figures: Figure[] = []
    for (const node of runtimes) {
      for (const name of wanted) {
        process.stderr.write(`Node ${node.version}: ${name}\n`)
        figures.push(...((await PARTS[name]?.(stage, node, rounds)) ?? []))
      }
    }
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}`
    console.log(`${tableOf(figures)}\n\n${rounds} alternating rounds, medians; ${machine}, ${process.platform}.`)
    if (values.json !== undefined) {
      const path = resolve(process.env.INIT_CWD ?? '.', values.json)
      writeFileSync(path, `${JSON.stringify({ machine, rounds, figures }, undefined, 2)}\n`)
    }
  } finally {
    await stage.remove()
  }
}
