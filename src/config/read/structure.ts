import { DEPTH, FORBIDDEN_NAMES, isMapping, NAMED_MAPS, type Path, type Problem } from '../../core/shape/tree.ts'
import { HIDDEN, shownValue } from '../../core/words/advice.ts'
import type { Kinds } from '../shape/shape.ts'

/** The keys whose values may be lists; `to` where it stands in the wrong place as well, which is told as that. */
const LISTS: readonly string[] = ['to', 'notify', 'expect', 'except', 'maintenance', 'tags', 'after']

/** Keys of `notify` that hold lists as well. */
const NOTIFIED: readonly string[] = ['unknown', 'warning', 'critical', 'closed']

const TOO_DEEP = 'is nested too deeply; write less of it'

/** A tree, and the kinds of notifiers and sources that it may have. */
interface Look {
  readonly value: unknown
  readonly path: Path
  readonly kinds: Kinds
}

/**
 * What valibot would overlook: it takes a list for a mapping, and drops some names without a word.
 *
 * Lists belong under a few keys only.
 */
export function structuralProblems(value: unknown, kinds: Kinds): readonly Problem[] {
  return problemsAt({ value, path: [], kinds })
}

function problemsAt({ value, path, kinds }: Look): readonly Problem[] {
  if (path.length >= DEPTH)
    return typeof value === 'object' && value !== null && isFree(path, kinds) ? [{ path, text: TOO_DEEP }] : []
  if (Array.isArray(value) && isFree(path, kinds))
    return value.flatMap((item, i) => problemsAt({ value: item, path: [...path, i], kinds }))
  if (Array.isArray(value)) return isPlaceOfList(path, kinds) ? [] : [{ path, text: listProblem(path, value, kinds) }]
  if (!isMapping(value)) return NONE
  return Object.entries(value).flatMap(([key, item]) => problemsUnder(key, { value: item, path, kinds }))
}

function problemsUnder(key: string, { value, path, kinds }: Look): readonly Problem[] {
  if (FORBIDDEN_NAMES.includes(key)) return [{ path: [...path, key], text: 'this name cannot be used; write another' }]
  return path.length + 1 < DEPTH && isFlat(value) ? NONE : problemsAt({ value, path: [...path, key], kinds })
}

/** Where names stand, and not one value. */
const MAPPINGS: readonly string[] = ['defaults', 'faults', 'response', 'session', ...NAMED_MAPS]

function isPlaceOfNames(key: string, kinds: Kinds): boolean {
  const { notifierKinds, sourceKinds } = kinds
  if (MAPPINGS.includes(key) || sourceKinds.some((kind) => kind.mappings?.includes(key))) return true
  return notifierKinds.some((kind) => kind.key === key || kind.mappings?.includes(key))
}

/** `critical: [10m]` is one value that stands in brackets for nothing. */
function listProblem(path: Path, list: readonly unknown[], kinds: Kinds): string {
  const [only] = list
  const isEntry = path.length === 2 && (NAMED_MAPS as readonly unknown[]).includes(path[0])
  if (path.length === 0 || isEntry || isPlaceOfNames(String(path.at(-1)), kinds))
    return 'is a list; write a mapping of keys'
  const isShown = list.length === 1 && ['string', 'number', 'boolean'].includes(typeof only)
  const shown = isShown ? shownValue(String(only)) : HIDDEN
  return `is a list; write ${shown === HIDDEN ? 'one value' : shown} without brackets`
}

const NONE: readonly Problem[] = []

/** Whether there is nothing below it that could be wrong, as with most of thousands of checks. */
function isFlat(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return false
  for (const key in value) {
    const item: unknown = Reflect.get(value, key)
    if ((typeof item === 'object' && item !== null) || FORBIDDEN_NAMES.includes(key)) return false
  }
  return true
}

/** What a kind lets its users write as they like, such as what a webhook sends. */
function isFree([map, , key, inner]: Path, { notifierKinds, sourceKinds }: Kinds): boolean {
  if (map === 'checks') return sourceKinds.some(({ free }) => free?.includes(String(key)))
  return map === 'notifiers' && notifierKinds.some((kind) => kind.key === key && kind.free?.includes(String(inner)))
}

function isPlaceOfList(path: Path, kinds: Kinds): boolean {
  const [outer, last] = [path.at(-2), String(path.at(-1))]
  if (kinds.notifierKinds.some((kind) => kind.key === outer && kind.lists?.includes(last))) return true
  if (path.length === 3 && path[0] === 'checks' && kinds.sourceKinds.some(({ lists }) => lists?.includes(last)))
    return true
  return path.length > 1 && (LISTS.includes(last) || (outer === 'notify' && NOTIFIED.includes(last)))
}
