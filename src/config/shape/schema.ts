import * as v from 'valibot'
import { ConfigError } from '../../core/errors.ts'
import { at, isMapping, isWithin, type Path, type Problem } from '../../core/shape/tree.ts'
import { joined } from '../../core/words/joined.ts'
import { buildConfig } from '../build/build.ts'
import type { Config } from '../config.ts'
import { structuralProblems } from '../read/structure.ts'
import type { Written } from '../read/written.ts'
import { consistencyProblems } from '../rules/consistency.ts'
import { kindFinder } from '../rules/kind-of.ts'
import { type Looked, salvage } from '../rules/salvage.ts'
import { configSchema } from './shape.ts'

/**
 * Refuses a configuration in which something is wrong.
 *
 * @throws ConfigError with every mistake at once
 */
export function requireValid(config: Config): Config {
  if (config.leftOut === undefined) return config
  throw new ConfigError(config.leftOut.mistakes.map(({ words }) => words))
}

/**
 * Makes a configuration of all that is right in what was written; what is wrong stands in `leftOut`.
 *
 * @param further what was found wrong with the values themselves after an earlier reading, such as URLs
 * @throws ConfigError where nothing of it can be used
 */
export function readConfig(written: Written, further: readonly Problem[] = []): Config {
  const { output, problems } = lookAt(written, [...written.problems, ...further])
  if (problems.length === 0 && output !== undefined) return buildConfig(output, written)
  return salvage(written, problems, lookAt)
}

/**
 * What was written, as the schema has it, and all that is wrong with it.
 *
 * @param problems what was found before
 */
function lookAt(written: Written, problems: readonly Problem[]): Looked {
  const result = v.safeParse(configSchema(written, kindFinder(written)), written.raw)
  const before = [...problems, ...structuralProblems(written.raw, written)]
  const found = (result.issues ?? []).flatMap((issue) => problemsOf(issue, []))
  const meant = meantTree(written.raw, result.issues ?? [])
  const isMeant = ({ path }: Problem) => at(written.raw, path) === undefined && at(meant, path) !== undefined
  const between = betweenBoth(written, meant)
  const further = [
    ...found.filter((problem) => !isMeant(problem)),
    ...between.filter((problem) => !isDoubtful(problem, before)),
  ].filter((problem) => !isCovered(problem, before) && !isTakenNotifier(problem, written))
  return { output: result.success ? result.output : undefined, problems: [...before, ...further] }
}

/** A tree in which each misspelt key is the one that was most likely meant, to find no second mistake where it is missing. */
function meantTree(raw: unknown, issues: readonly v.BaseIssue<unknown>[]): unknown {
  return issues.reduce((tree, { type, expected, path = [] }) => {
    const key = path.at(-1)?.key
    if (type !== 'raw_check' || typeof expected !== 'string' || typeof key !== 'string') return tree
    return renamed(
      tree,
      path.map((item) => keyOf(item.key)),
      expected,
    )
  }, raw)
}

/** What is wrong between the parts, whether a misspelt key is taken for what it says or for what was meant. */
function betweenBoth(written: Written, meant: unknown): readonly Problem[] {
  const found = consistencyProblems(written)
  if (meant === written.raw || found.length === 0) return found
  const still = new Set(consistencyProblems({ ...written, raw: meant }).map(identityOf))
  return found.filter((problem) => still.has(identityOf(problem)))
}

function identityOf({ path, text }: Problem): string {
  return joined(...path.map(String), text)
}

function renamed(tree: unknown, [key, ...rest]: Path, name: string): unknown {
  if (!isMapping(tree) || key === undefined) return tree
  const entries = Object.entries(tree).map(([own, value]): [string, unknown] => {
    if (own !== key) return [own, value]
    return rest.length === 0 ? [name, value] : [own, renamed(value, rest, name)]
  })
  return Object.fromEntries(entries)
}

/** Of an entry in which a value is not known yet, nothing is said that may hang on it. */
function isDoubtful({ path, unknown }: Problem, before: readonly Problem[]): boolean {
  if (unknown !== undefined || path.length < 2) return false
  return before.some(
    (earlier) => earlier.place === undefined && earlier.path.length > 2 && isWithin(earlier.path, path.slice(0, 2)),
  )
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

/** A notifier whose entry was taken out is known all the same. */
function isTakenNotifier({ unknown }: Problem, { taken }: Written): boolean {
  return unknown?.kind === 'notifier' && taken?.notifiers.has(unknown.name) === true
}

function isCovered({ path }: Problem, before: readonly Problem[]): boolean {
  return before.some((earlier) => earlier.place === undefined && isWithin(path, earlier.path))
}
