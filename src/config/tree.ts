import { clean, shorten } from '../core/text.ts'

/** The way to a value: names of keys, and positions in lists. */
export type Path = readonly (string | number)[]

/** Where something was written. */
export interface Place {
  /** how a message begins: `lastalive.yaml:14: checks.imports.critical`, `--critical` */
  readonly label: string
  /** sorts places as they are read: by file, then by line */
  readonly order: number
}

/** Something that is wrong at one path. The text says what, then what to write. */
export interface Problem {
  readonly path: Path
  readonly text: string
  /** where the path alone does not tell: names that stand in two files, say */
  readonly place?: Place
}

/** The kinds of things that have names; further files may add to these. */
export const NAMED_MAPS = ['databases', 'notifiers', 'checks'] as const

/** Names that objects of JavaScript have of their own, or that libraries drop. */
export const FORBIDDEN_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype']

/** The keys whose values may be lists. */
const LISTS: readonly string[] = ['to', 'notify', 'params', 'expect', 'except', 'maintenance', 'tags', 'after']

/** Keys of `notify` that hold lists as well. */
const NOTIFIED: readonly string[] = ['unknown', 'warning', 'critical', 'closed']

/** No configuration is deeper; whatever is, is reported as an unknown key or a wrong value above, or as too deep. */
const DEPTH = 24

const TOO_DEEP = 'is nested too deeply; write less of it'

/** Whether a value has keys, as opposed to lists and single values. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a mapping holds under a key of its own, or undefined. */
export function child(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** The names in a mapping, none where it is not one. */
export function namesIn(value: unknown): readonly string[] {
  return isMapping(value) ? Object.keys(value) : []
}

/** A copy of a tree in which each text was replaced; keys stay, `__proto__` as well. */
export function mapTexts(value: unknown, replace: (text: string, path: Path) => string, path: Path = []): unknown {
  if (typeof value === 'string') return replace(value, path)
  if (path.length >= DEPTH) return value
  if (Array.isArray(value)) return value.map((item, i) => mapTexts(item, replace, [...path, i]))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, replace, [...path, key])]))
}

/**
 * What valibot would overlook: it takes a list for a mapping, and drops some names without a word.
 *
 * Lists belong under a few keys only.
 */
export function structuralProblems(value: unknown, path: Path = []): readonly Problem[] {
  if (path.length >= DEPTH)
    return typeof value === 'object' && value !== null && isInBody(path) ? [{ path, text: TOO_DEEP }] : []
  if (Array.isArray(value) && isInBody(path)) return value.flatMap((item, i) => structuralProblems(item, [...path, i]))
  if (Array.isArray(value)) return isPlaceOfList(path) ? [] : [{ path, text: 'is a list; write a mapping of keys' }]
  return isMapping(value) ? Object.entries(value).flatMap(([key, item]) => problemsUnder(key, item, path)) : []
}

function problemsUnder(key: string, item: unknown, path: Path): readonly Problem[] {
  if (FORBIDDEN_NAMES.includes(key)) return [{ path: [...path, key], text: 'this name cannot be used; write another' }]
  return path.length + 1 < DEPTH && isFlat(item) ? NONE : structuralProblems(item, [...path, key])
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

/** What a webhook sends may have any shape. */
function isInBody([map, , way, key]: Path): boolean {
  return map === 'notifiers' && way === 'webhook' && key === 'body'
}

function isPlaceOfList(path: Path): boolean {
  const last = path.at(-1)
  if (path.at(-2) === 'command' && last === 'run') return true
  return (
    path.length > 1 && (LISTS.includes(String(last)) || (path.at(-2) === 'notify' && NOTIFIED.includes(String(last))))
  )
}

/** Whether one path leads to the other or to something inside it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, i) => path[i] === key)
}

/** A path as a person reads it: `notifiers.ops.mail.to[1]`. */
export function formatPath(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${showKey(key)}`)).join('')
}

function showKey(key: string): string {
  return mayHoldPassword(key) ? '<url>' : shorten(clean(key), 70)
}

/** Whether text is, or may be, a place with a password in it, and so is not for messages. */
export function mayHoldPassword(text: string): boolean {
  return /:\/\/|pass\w*\s*=|^dbi:/i.test(text)
}
