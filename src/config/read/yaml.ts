import {
  CORE_SCHEMA,
  constructFromEvents,
  defineScalarTag,
  EVENT_ID,
  type Event,
  intCoreTag,
  mergeTag,
  parseEvents,
  YAMLException,
} from 'js-yaml'
import type { Path, Problem } from '../../core/shape/tree.ts'
import { show } from '../../core/shape/values.ts'
import { clean } from '../../core/words/text.ts'
import { type Outline, outlineOf } from './yaml-outline.ts'
import type { YamlProblem } from './yaml-words.ts'

/** A YAML text that was understood, or what is wrong with it, each with its line. */
export type ReadYaml =
  | {
      readonly kind: 'document'
      readonly raw: unknown
      readonly lineOf: (path: Path) => number
      /** names that stand twice: the last is in `raw`, and nobody knows which is meant */
      readonly twice: readonly (YamlProblem & Pick<Problem, 'path'>)[]
    }
  /** a syntax error is in the words of the library: what was most likely typed `explainYaml` finds out */
  | { readonly kind: 'broken'; readonly problems: readonly YamlProblem[]; readonly isSyntax: boolean }

/** Whole numbers; one that no double holds stays the text that it was written as, so that it loses no digit. */
const exactIntTag = defineScalarTag<number | string>(intCoreTag.tagName, {
  implicit: true,
  implicitFirstChars: [...'-+0123456789'],
  // Nothing is written with it.
  identify: () => false,
  resolve: (source, isExplicit, tagName) => {
    const number = intCoreTag.resolve(source, isExplicit, tagName)
    return typeof number === 'number' && !Number.isSafeInteger(number) ? source : number
  },
})

/** YAML 1.2, and `<<` that merges. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag, exactIntTag)

/** Deeper than any configuration, and shallow enough for everything that walks through it. */
const DEPTH = 100
const TOO_DEEP = 'nested too deeply; write less of it'

/**
 * Reads one YAML document. Aliases without an anchor and unknown tags are problems, and so are names that stand twice
 * in a document with aliases, of which nobody knows where else they count.
 *
 * @returns `lineOf` tells the line of a path's key; of the nearest one above, where the path itself is not there
 */
export function readYaml(source: string): ReadYaml {
  try {
    return readEvents(parseEvents(source, { maxDepth: DEPTH }), source)
  } catch (error) {
    return brokenBy(error)
  }
}

/** Makes the outline only where it is asked for: of most files it never is. */
function readEvents(events: Event[], source: string): ReadYaml {
  const outline = once(() => outlineOf(events, source))
  const lines = once(() => lineCounter(source))
  const inOutline = () =>
    outline().problems.map(({ at, text, twice }) => ({ line: lines()(at), text: named(text, twice) }))
  // The library takes an alias that holds itself, and one that multiplies.
  const hasAliases = mayMultiply(events)
  const found = hasAliases ? inOutline() : []
  if (found.length > 0) return { kind: 'broken', problems: found, isSyntax: false }
  try {
    // How much may be merged is bounded by the outline.
    const [raw = null] = constructFromEvents(events, { source, schema: SCHEMA, maxTotalMergeKeys: -1 })
    if (hasAliases && isTooDeep(raw))
      return { kind: 'broken', problems: [{ line: 1, text: TOO_DEEP }], isSyntax: false }
    return { kind: 'document', raw, lineOf: (path) => lines()(startOf(outline(), path)), twice: [] }
  } catch (error) {
    // It knows the first name that stands twice, the outline all of them.
    const all = inOutline()
    const { problems } = outline()
    if (!hasAliases && problems.length > 0 && problems.every(({ twice }) => twice)) {
      const twice = problems.map(({ at, text, twice: path = [] }) => ({ line: lines()(at), text, path }))
      const [raw = null] = constructFromEvents(events, { source, schema: SCHEMA, json: true })
      return { kind: 'document', raw, lineOf: (path) => lines()(startOf(outline(), path)), twice }
    }
    return all.length > 0 ? { kind: 'broken', problems: all, isSyntax: false } : brokenBy(error)
  }
}

/** Of a name that stands twice the words begin with it, where no path does. */
function named(text: string, path: Path | undefined): string {
  return path === undefined ? text : `${show(path.at(-1))} ${text}`
}

/** Aliases of aliases are deep in a few lines; what stands there many times is looked at once. */
function isTooDeep(raw: unknown): boolean {
  let level = new Set(branchesOf([raw]))
  for (let depth = 0; depth < DEPTH && level.size > 0; depth++) {
    level = new Set([...level].flatMap((branch) => branchesOf(Object.values(branch))))
  }
  return level.size > 0
}

function branchesOf(values: readonly unknown[]): readonly object[] {
  return values.filter((value): value is object => typeof value === 'object' && value !== null)
}

function mayMultiply(events: readonly Event[]): boolean {
  let documents = 0
  return events.some(({ type }) => type === EVENT_ID.ALIAS || (type === EVENT_ID.DOCUMENT && ++documents > 1))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The first syntax error only: those that follow are mostly its echo. */
function brokenBy(error: unknown): ReadYaml {
  if (!(error instanceof YAMLException)) throw error
  const text = reasonOf(error.reason)
  const problem = { line: (error.mark?.line ?? 0) + 1, text }
  return { kind: 'broken', problems: [problem], isSyntax: text !== TOO_DEEP }
}

/** Where a path's key begins, or the nearest one above that is there. */
function startOf({ root }: Outline, path: Path): number {
  let [node, start] = [root, root?.start ?? 0]
  for (const key of path) {
    const entry = node?.entries?.get(String(key))
    if (entry === undefined) return start
    node = entry.node
    start = entry.at
  }
  return start
}

/** Tells the line of an offset, from 1 on. */
function lineCounter(source: string): (offset: number) => number {
  const starts = [...source.matchAll(/\r\n?|\n/g)].map(({ index, 0: end }) => index + end.length)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}

/** What the library quotes may be a password, and is left out. */
function reasonOf(reason: string): string {
  return reason.startsWith('nesting exceeded') ? TOO_DEEP : clean(reason.replaceAll(/ (?:!<.*>|".*")|: .*$/gs, ''))
}
