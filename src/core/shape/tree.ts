import { clean, shorten } from '../words/text.ts'

/** The way to a value: names of keys, and positions in lists. */
export type Path = readonly (string | number)[]

/** Where something was written. */
export interface Place {
  /** how a message begins: `lastalive.yaml:14: checks.imports.critical`, `--critical` */
  readonly label: string
  /** sorts places as they are read: by file, then by line */
  readonly order: number
}

/** What a name may stand for. */
export type UnknownKind = 'check' | 'database' | 'notifier'

/** Something that is wrong at one path. The text says what, then what to write. */
export interface Problem {
  readonly path: Path
  readonly text: string
  /** where the path alone does not tell: names that stand in two files, say */
  readonly place?: Place
  /** a variable that is not set stands there: it is no mistake of what does without it */
  readonly isUnset?: true
  /** it is about a name that stands for nothing: where that was taken out, or may stand in a file that cannot be read, it is no mistake */
  readonly unknown?: { readonly kind: UnknownKind; readonly name: string }
}

/** The kinds of things that have names; further files may add to these. */
export const NAMED_MAPS = ['databases', 'notifiers', 'checks'] as const

/** Names that objects of JavaScript have of their own, or that libraries drop. */
export const FORBIDDEN_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype']

/** No configuration is deeper; whatever is, is reported as an unknown key or a wrong value above, or as too deep. */
export const DEPTH = 24

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

/**
 * Where a person has written what a path leads to: a text may stand for a mapping of one key, such as a URL, and a file
 * be named in place of a value.
 */
export function asWritten(raw: unknown, path: Path): Path {
  const end = path.findIndex((_, i) => typeof at(raw, path.slice(0, i + 1)) === 'string')
  if (end !== -1) return path.slice(0, end + 1)
  const inFile = [...path.slice(0, -1), `${path.at(-1)}_file`]
  return at(raw, path) === undefined && at(raw, inFile) !== undefined ? inFile : path
}

/** What stands at a path. */
export function at(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => child(value, String(key)), raw)
}

/** A copy of a tree in which each text was replaced; keys stay, `__proto__` as well. */
export function mapTexts(value: unknown, replace: (text: string, path: Path) => string, path: Path = []): unknown {
  if (typeof value === 'string') return replace(value, path)
  if (path.length >= DEPTH) return value
  if (Array.isArray(value)) return value.map((item, i) => mapTexts(item, replace, [...path, i]))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, replace, [...path, key])]))
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
