import { ConfigError } from '../../core/errors.ts'
import type { Mistake } from '../../core/judge/mistakes.ts'
import {
  asWritten,
  formatPath,
  isMapping,
  mayHoldPassword,
  NAMED_MAPS,
  type Path,
  type Problem,
} from '../../core/shape/tree.ts'
import { buildConfig } from '../build/build.ts'
import type { Config, LeftOutConfig } from '../config.ts'
import type { Written } from '../read/written.ts'
import type { Parsed } from '../shape/shape.ts'
import { kindFinder } from './kind-of.ts'
import {
  copiedToTake,
  mayStandFor,
  nothingTaken,
  type Taken,
  type Tree,
  takeCheck,
  takeFile,
  takeOut,
} from './taken.ts'

/** What was written, as the schema has it where it is right, and all that is wrong with it. */
export interface Looked {
  readonly output: Parsed | undefined
  readonly problems: readonly Problem[]
}

/** A mistake, and where it stands among the others. */
interface Placed extends Mistake {
  readonly order: number
  /** the same mistake of all that an entry with `foreach` makes */
  readonly ofAll?: Mistake
}

/**
 * Takes out what is wrong and what depends on it, and reads the rest again until nothing is left to take out. Nothing is
 * judged by a guess at what was meant.
 *
 * @param problems what is wrong with all of it
 * @param lookAt reads it once more
 * @returns the rest, with what is left out
 * @throws ConfigError where nothing of it can be used
 */
export function salvage(
  written: Written,
  problems: readonly Problem[],
  lookAt: (written: Written, problems: readonly Problem[]) => Looked,
): Config {
  const mistakes = new Map<string, Placed>()
  const taken: Taken = { ...nothingTaken(), notifiers: new Map(written.taken?.notifiers) }
  if (!isMapping(written.raw)) throw failure(problems.map((problem) => placedIn(written, problem)))
  const { fromRecipes, notifierKinds } = written
  const tree: Tree = { raw: copiedToTake(written.raw), taken, fromRecipes, notifierKinds, kindOf: kindFinder(written) }
  let found: readonly Problem[] = problems
  while (true) {
    const isMore = takeAll(tree, found, { written, mistakes })
    const rest: Written = { ...written, raw: tree.raw, problems: [], taken }
    const next = lookAt(rest, [])
    found = next.problems
    if (isMore) continue
    if (next.output === undefined) throw failure([...mistakes.values()])
    return { ...buildConfig(next.output, rest), leftOut: leftOutOf(taken, [...mistakes.values()]) }
  }
}

/** @returns whether anything was taken out, so that the rest has to be looked at again */
function takeAll(
  tree: Tree,
  problems: readonly Problem[],
  { written, mistakes }: { readonly written: Written; readonly mistakes: Map<string, Placed> },
): boolean {
  let isMore = false
  const isDangling = ({ unknown }: Problem): boolean =>
    unknown !== undefined && mayStandFor(tree.taken, unknown.kind, unknown.name)
  for (const problem of problems.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    if (isNothingLeft(problem, tree)) {
      tree.raw.checks ??= {}
      continue
    }
    if (isDangling(problem)) {
      isMore = takeDangling(tree, problem) || isMore
      continue
    }
    const mistake = placedIn(written, problem)
    if (mistakes.has(mistake.identity)) continue
    mistakes.set(mistake.identity, mistake)
    // What another file may not have at its top says nothing of what stands in this one.
    const take = problem.place !== undefined && isWide(problem) ? takeFile : takeOut
    take(tree, problem.path, mistake.words)
    isMore = true
  }
  return isMore
}

function isWide({ path }: Problem): boolean {
  return path.length < 2
}

/** What is wrong with a whole file or section comes first: it says why names, or all checks, are not known. */
function rankOf(problem: Problem): number {
  if (!isWide(problem)) return 2
  return problem.path[0] === 'checks' ? 1 : 0
}

/** That there is nothing to watch is no mistake where all checks were taken out, or may stand in what cannot be read. */
function isNothingLeft({ path }: Problem, { raw, taken: { checks, sections } }: Tree): boolean {
  const isOfChecks = path.length === 1 && path[0] === 'checks' && isMapping(raw.checks ?? {})
  return isOfChecks && (checks.size > 0 || sections.has('checks'))
}

/** What names a thing that was taken out, or that may stand in what cannot be read, is no second mistake. */
function takeDangling(tree: Tree, { unknown, path }: Problem): boolean {
  const { taken } = tree
  if (unknown?.kind === 'database' && path[0] === 'checks') {
    const name = String(path[1])
    if (taken.checks.has(name)) return false
    takeCheck(tree, name, taken.databases.get(unknown.name) ?? whyUnknown(taken, unknown))
    return true
  }
  if (unknown?.kind === 'notifier' && !taken.notifiers.has(unknown.name)) {
    taken.notifiers.set(unknown.name, { why: whyUnknown(taken, unknown), to: [] })
  }
  return false
}

function whyUnknown({ sections }: Taken, { kind, name }: NonNullable<Problem['unknown']>): string {
  return `${sections.get(`${kind}s`)} (${kind} ${name} may stand there)`
}

/** The words of a mistake with its line; its identity without. */
function placedIn(written: Written, problem: Problem): Placed {
  const { text } = problem
  const path = asWritten(written.raw, problem.path)
  const { label, order, template } = problem.place ?? written.place(path)
  const ofAll = template === undefined ? {} : { ofAll: mistakeAt(template.path, template.label, text) }
  return { ...mistakeAt(path, label, text), order, ...ofAll }
}

function mistakeAt(path: Path, label: string, text: string): Mistake {
  const identity = path.length === 0 ? `${label.replace(/:\d+$/, '')}: ${text}` : `${formatPath(path)}: ${text}`
  const depth = (NAMED_MAPS as readonly unknown[]).includes(path[0]) ? 2 : 1
  return { identity, words: `${label}: ${text}`, of: formatPath(path.slice(0, depth)) }
}

/** Each mistake once, also where several checks of one `foreach` have it. */
function sorted(mistakes: readonly Placed[]): readonly Mistake[] {
  const inOrder = mistakes.toSorted((a, b) => a.order - b.order)
  const counts = new Map<string, number>()
  for (const { ofAll } of inOrder) if (ofAll !== undefined) counts.set(ofAll.words, (counts.get(ofAll.words) ?? 0) + 1)
  const told = inOrder.map(({ order: _, ofAll, ...mistake }) =>
    ofAll !== undefined && (counts.get(ofAll.words) ?? 0) > 1 ? ofAll : mistake,
  )
  return [...new Map(told.map((mistake) => [mistake.words, mistake])).values()]
}

function failure(mistakes: readonly Placed[]): ConfigError {
  return new ConfigError(sorted(mistakes).map(({ words }) => words))
}

function leftOutOf(taken: Taken, mistakes: readonly Placed[]): LeftOutConfig {
  return {
    mistakes: sorted(mistakes),
    // What has a URL for its name has never been watched, and the name is not for anybody's eyes.
    checks: new Map([...taken.checks].filter(([name]) => !mayHoldPassword(name))),
    databases: new Set([...taken.databases.keys(), ...taken.databasesOfChecks]),
    notifiers: new Map([...taken.notifiers].map(([name, { why }]) => [name, why])),
    isPartial: taken.isPartial,
    ...(taken.pings === undefined ? {} : { pings: taken.pings }),
  }
}
