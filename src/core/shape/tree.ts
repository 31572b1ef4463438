import { clean, shorten } from '../words/text.ts'

export type Path = readonly (string | number)[]

export interface PlaceInFile {
  /** how a message begins: `lastalive.yaml:14: checks.imports.critical`, `--critical` */
  readonly label: string
  /** sorts places by file, then by line */
  readonly order: number
  /** of what was made of an entry with `foreach`: that entry, and how a message about all that it makes begins */
  readonly template?: { readonly label: string; readonly path: Path }
}

export type UnknownKind = 'check' | 'database' | 'notifier'

/** A mistake at one path. The text says what is wrong, then what to write. */
export interface Problem {
  readonly path: Path
  readonly text: string
  /** set if the path is not enough, for example for a name in two files */
  readonly place?: PlaceInFile
  /** a variable is not set: no mistake for commands that do not need it */
  readonly isUnset?: true
  /**
   * a name that is not defined: no mistake if its definition was left out, or may stand in a file that cannot be read
   */
  readonly unknown?: { readonly kind: UnknownKind; readonly name: string }
}

/** Mappings to which further files may add names. */
export const NAMED_MAPS = ['databases', 'notifiers', 'checks'] as const

/** Names that every object of JavaScript has, or that libraries drop. */
export const FORBIDDEN_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype']

/** No valid configuration is deeper. */
export const DEPTH = 24

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The own property of a mapping, or undefined. */
export function child(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Empty if it is not a mapping. */
export function namesIn(value: unknown): readonly string[] {
  return isMapping(value) ? Object.keys(value) : []
}

/**
 * Where a person wrote the value of a path. A text may stand for a mapping of one key, such as a URL, and a file may be
 * named in place of a value.
 */
export function asWritten(raw: unknown, path: Path): Path {
  const end = path.findIndex((_, i) => typeof at(raw, path.slice(0, i + 1)) === 'string')
  if (end !== -1) return path.slice(0, end + 1)
  const inFile = [...path.slice(0, -1), `${path.at(-1)}_file`]
  return at(raw, path) === undefined && at(raw, inFile) !== undefined ? inFile : path
}

export function at(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => child(value, String(key)), raw)
}

/** Copies a tree and replaces each text. Keys stay, even `__proto__`. */
export function mapTexts(value: unknown, replace: (text: string, path: Path) => string, path: Path = []): unknown {
  if (typeof value === 'string') return replace(value, path)
  if (path.length >= DEPTH) return value
  if (Array.isArray(value)) return value.map((item, i) => mapTexts(item, replace, [...path, i]))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, replace, [...path, key])]))
}

/** Whether a path is the other or lies inside it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, i) => path[i] === key)
}

/** `notifiers.ops.mail.to[1]`. */
export function formatPath(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${showKey(key)}`)).join('')
}

function showKey(key: string): string {
  return mayHoldPassword(key) ? '<url>' : shorten(clean(key), 70)
}

/** Whether text may be a URL with a password, which no message may show. */
export function mayHoldPassword(text: string): boolean {
  return /:\/\/|pass\w*\s*=|^dbi:/i.test(text)
}
