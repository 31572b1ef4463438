import * as v from 'valibot'
import { ConfigError } from '../core/errors.ts'
import { buildConfig } from './build.ts'
import type { Config } from './config.ts'
import { consistencyProblems } from './consistency.ts'
import { fileSchema, lineSchema } from './shape.ts'
import { isWithin, type Path, type Place, type Problem, structuralProblems } from './tree.ts'
import type { Written } from './written.ts'

/**
 * Makes a configuration of what was written.
 *
 * @throws ConfigError with every problem at once, in the order in which they stand in the files
 */
export function parseConfig(written: Written): Config {
  const result = v.safeParse(written.mayLackUrl ? lineSchema() : fileSchema(), written.raw)
  const before = [...written.problems, ...structuralProblems(written.raw)]
  const found = (result.issues ?? []).flatMap((issue) => problemsOf(issue, []))
  const further = [...found, ...consistencyProblems(written)].filter((problem) => !isCovered(problem, before))
  const problems = [...before, ...further]
  if (problems.length > 0) throw new ConfigError(describe(problems, written.place))
  if (!result.success) throw new ConfigError([`${written.place([]).label}: cannot be read`])
  return buildConfig(result.output, written)
}

/** A choice between text and something with parts reports what is wrong with the parts, where there are any. */
function problemsOf(issue: v.BaseIssue<unknown>, above: Path): readonly Problem[] {
  const path = [...above, ...(issue.path ?? []).map((item) => keyOf(item.key))]
  const inside = (issue.issues ?? []).filter((deeper) => deeper.path !== undefined)
  if (inside.length > 0) return inside.flatMap((deeper) => problemsOf(deeper, path))
  return [{ path, text: issue.message }]
}

function keyOf(key: unknown): string | number {
  return typeof key === 'number' ? key : String(key)
}

function isCovered({ path }: Problem, before: readonly Problem[]): boolean {
  return before.some((earlier) => earlier.place === undefined && isWithin(path, earlier.path))
}

function describe(problems: readonly Problem[], place: (path: Path) => Place): readonly string[] {
  const placed = problems.map((problem) => ({ ...(problem.place ?? place(problem.path)), text: problem.text }))
  const sorted = placed.toSorted((a, b) => a.order - b.order)
  return [...new Set(sorted.map(({ label, text }) => `${label}: ${text}`))]
}
