import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

/** Prints the wall time of each suite, the longest first, when all are done. */
export default class WallTime implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.map((module) => ({
      name: relative(process.cwd(), module.moduleId),
      seconds: (module.diagnostic().duration + module.diagnostic().collectDuration) / 1_000,
    }))
    rows.sort((a, b) => b.seconds - a.seconds)
    for (const { name, seconds } of rows) process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${name}\n`)
  }
}
