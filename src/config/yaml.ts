import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, visit } from 'yaml'
import { errorMessage } from '../core/errors.ts'
import { clean } from '../core/text.ts'
import type { Path } from './tree.ts'
import { show } from './values.ts'

/** A YAML text that was understood, or what is wrong with it, each with its line. */
export type ReadYaml =
  | { readonly kind: 'document'; readonly raw: unknown; readonly lineOf: (path: Path) => number }
  | { readonly kind: 'broken'; readonly problems: readonly { readonly line: number; readonly text: string }[] }

/** Stands in place of a key that is merged in from elsewhere. */
const MERGE = '<<'

/**
 * Reads one YAML document. Names that stand twice are problems, as are aliases without an anchor and tags.
 *
 * @returns `lineOf` tells the line of a path's key; of the nearest one above, where the path itself is not there
 */
export function readYaml(source: string): ReadYaml {
  const lines = new LineCounter()
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const document = parseDocument(source, {
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    // Ours is faster, and takes 1 and "1" for the same name, as the result does.
    uniqueKeys: false,
    logLevel: 'error',
  })
  const problems = [
    ...[...document.errors, ...document.warnings].slice(0, 1).map(({ message, pos }) => {
      const line = lineAt(Math.min(pos[0], source.length))
      return { line, text: wordsOf(message, source.split('\n')[line - 1] ?? '') }
    }),
    ...(document.errors.length > 0 ? [] : nodeProblems(document, lineAt)),
  ]
  if (problems.length > 0) return { kind: 'broken', problems }
  try {
    const raw: unknown = document.toJS()
    return { kind: 'document', raw, lineOf: (path) => lineAt(offsetOf(document, path)) }
  } catch (error) {
    return { kind: 'broken', problems: [{ line: 1, text: wordsOf(errorMessage(error), '') }] }
  }
}

/** One error only: those that follow a first one are mostly its echo. What it quotes may be a password. */
function wordsOf(message: string, line: string): string {
  const words = clean(message.replace(/: ["!].*$/s, '').replace(/; please use .*$/, ''))
  const value = line.replace(/^[\s-]*[^\s:]+:/, '')
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}${/\$\{|[@*:`!]/.test(value) ? '; put it in quotes' : ''}`
}

function nodeProblems(document: Document, lineAt: (offset: number) => number) {
  const problems: { line: number; text: string }[] = []
  visit(document, {
    Alias(_, alias, above) {
      const meant = alias.resolve(document)
      const isInside = meant !== undefined && above.includes(meant)
      if (meant !== undefined && !isInside) return
      const text = isInside
        ? 'an alias (*) inside what it stands for has no end; write what is meant'
        : 'an alias (*) without an anchor (&) before it; put it in quotes'
      problems.push({ line: lineAt(alias.range?.[0] ?? 0), text })
    },
    Map(_, map) {
      const seen = new Set<string>()
      for (const pair of map.items) {
        const name = nameOf(document, pair)
        if (seen.has(name))
          problems.push({
            line: lineAt(startOf(pair)),
            text: `${show(name)} stands here for the second time; rename or remove one of them`,
          })
        seen.add(name)
      }
    },
  })
  return problems
}

/** The name that a key has in the result. */
function nameOf(document: Document, { key }: Pair): string {
  const node = isAlias(key) ? key.resolve(document) : key
  if (!isScalar(node)) return String(node)
  if (typeof node.value === 'symbol') return node.value.description ?? MERGE
  return node.value === null ? '' : String(node.value)
}

function startOf({ key }: Pair): number {
  return rangeOf(key) ?? 0
}

function rangeOf(node: unknown): number | undefined {
  if (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node)) return node.range?.[0]
  return undefined
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = rangeOf(node) ?? 0
  for (const key of path) {
    const next = stepInto(document, node, key)
    if (next === undefined) return offset
    node = next.node
    offset = next.offset
  }
  return offset
}

function stepInto(
  document: Document,
  from: unknown,
  key: string | number,
): { node: unknown; offset: number } | undefined {
  const node = isAlias(from) ? from.resolve(document) : from
  if (isSeq(node)) {
    const item: unknown = node.items[Number(key)]
    return item === undefined ? undefined : { node: item, offset: rangeOf(item) ?? 0 }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((candidate) => nameOf(document, candidate) === String(key))
  if (pair !== undefined) return { node: pair.value, offset: startOf(pair) }
  return stepIntoMerged(document, node.items.find((candidate) => nameOf(document, candidate) === MERGE)?.value, key)
}

function stepIntoMerged(
  document: Document,
  from: unknown,
  key: string | number,
): { node: unknown; offset: number } | undefined {
  const node = isAlias(from) ? from.resolve(document) : from
  if (!isSeq(node)) return isMap(node) ? stepInto(document, node, key) : undefined
  for (const item of node.items) {
    const found = stepIntoMerged(document, item, key)
    if (found !== undefined) return found
  }
  return undefined
}
