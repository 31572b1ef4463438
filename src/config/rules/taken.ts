import type { NotifierKind } from '../../core/notifier-kind.ts'
import { child, isMapping, NAMED_MAPS, namesIn, type Path, type UnknownKind } from '../../core/shape/tree.ts'
import { nearest } from '../../core/words/text.ts'
import { DEFAULT_KEYS, type KindOf } from '../shape/shape.ts'
import { measured } from './kind-of.ts'
import { RECIPE_LIMITS } from './limits.ts'

/** What was taken out of a configuration, and why, in one line. */
export interface Taken {
  readonly checks: Map<string, string>
  readonly databases: Map<string, string>
  readonly notifiers: Map<string, { readonly why: string; readonly to: readonly string[] }>
  /** sections of which it is not known what they were to hold, and why */
  readonly sections: Map<string, string>
  /** the databases of the checks that were taken out */
  readonly databasesOfChecks: Set<string>
  /** a file or a section cannot be read */
  isPartial: boolean
  pings?: string
}

/** Nothing yet. */
export function nothingTaken(): Taken {
  return {
    checks: new Map(),
    databases: new Map(),
    notifiers: new Map(),
    sections: new Map(),
    databasesOfChecks: new Set(),
    isPartial: false,
  }
}

/** A tree from which can be taken, while the one that was written stays as it is. */
export function copiedToTake(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const maps = NAMED_MAPS.filter((map) => isMapping(raw[map])).map((map) => [map, { ...Object(raw[map]) }])
  return { ...raw, ...Object.fromEntries(maps) }
}

/** Whether a name stands for something that was taken out, or that may stand in a section of which nothing is known. */
export function mayStandFor(taken: Taken, kind: UnknownKind, name: string): boolean {
  const section = `${kind}s` as const
  return taken.sections.has(section) || taken[section].has(name)
}

/** A tree while something is taken out of it. Its named maps are its own. */
export interface Tree {
  readonly raw: Record<string, unknown>
  readonly taken: Taken
  readonly fromRecipes: ReadonlyMap<string, ReadonlySet<string>> | undefined
  readonly notifierKinds: readonly NotifierKind[]
  /** which of the kinds of sources a check is of */
  readonly kindOf: KindOf
}

/** Takes nothing out, but remembers that nobody knows what a file was to hold, or one of its sections. */
export function takeFile({ taken }: Tree, [section]: Path, why: string): void {
  taken.isPartial = true
  for (const each of section === undefined ? NAMED_MAPS : [section]) blameSection(taken, String(each), why)
}

/**
 * Takes out of a tree what a mistake blocks: the check, database or notifier that it stands in, all that would have
 * taken a key of `defaults`, and what depends on these.
 *
 * @param path where the mistake is; empty for a whole file
 * @param why the mistake, in one line
 */
export function takeOut(tree: Tree, [section, name]: Path, why: string): void {
  if (section === undefined) {
    takeFile(tree, [], why)
  } else if (section === 'defaults') {
    takeDefault(tree, name === undefined ? undefined : String(name), why)
  } else if (!(NAMED_MAPS as readonly unknown[]).includes(section)) {
    takeKey(tree, String(section), why)
  } else if (name === undefined) {
    takeSection(tree, String(section), why)
  } else if (section === 'checks') {
    takeCheck(tree, String(name), why)
  } else if (section === 'databases') {
    takeDatabase(tree, String(name), why)
  } else {
    takeNotifier(tree, String(name), why)
  }
}

/** Takes out a check, whether something is wrong with it or with what it depends on. */
export function takeCheck(tree: Tree, name: string, why: string): void {
  const database = child(child(tree.raw.checks, name), 'database')
  if (typeof database === 'string') tree.taken.databasesOfChecks.add(database)
  if (!tree.taken.checks.has(name)) tree.taken.checks.set(name, why)
  remove(tree, 'checks', name)
}

function takeDatabase(tree: Tree, name: string, why: string): void {
  tree.taken.databases.set(name, why)
  remove(tree, 'databases', name)
  for (const check of namesIn(tree.raw.checks)) {
    const entry = child(tree.raw.checks, check)
    const database = tree.kindOf(entry).database?.(entry) ?? child(entry, 'database')
    if (database === name) takeCheck(tree, check, why)
  }
}

/** Those whom it tells are who can be read of them, else it stands for itself. */
export function takeNotifier(tree: Pick<Tree, 'raw' | 'taken' | 'notifierKinds'>, name: string, why: string): void {
  const entry = child(tree.raw.notifiers, name)
  const to = tree.notifierKinds.flatMap((kind) => kind.recipients?.(child(entry, kind.key)) ?? [])
  if (!tree.taken.notifiers.has(name)) tree.taken.notifiers.set(name, { why, to })
  remove(tree, 'notifiers', name)
}

/** A section, or a key that may have been meant for one. */
function blameSection({ sections }: Taken, key: string, why: string): void {
  const meant = nearest(key, NAMED_MAPS)
  if (meant !== undefined && !sections.has(meant)) sections.set(meant, why)
}

function takeSection(tree: Tree, section: string, why: string): void {
  blameSection(tree.taken, section, why)
  tree.taken.isPartial = true
  tree.raw[section] = {}
  if (section === 'databases') for (const check of namesIn(tree.raw.checks)) takeCheck(tree, check, why)
}

/** A key of the file itself: who watches and in which zone has a default, but nothing is judged by a guess. */
function takeKey(tree: Tree, key: string, why: string): void {
  const meant = TOP_KEYS.includes(key) ? key : nearest(key, TOP_KEYS)
  if (key === 'healthchecks') tree.taken.pings ??= why
  if (meant === 'timezone') takeWhatHasTimes(tree, why)
  if (meant === 'defaults') takeDefault(tree, undefined, why)
  // What an unknown key was to hold nobody knows.
  if (!TOP_KEYS.includes(key)) takeFile(tree, [key], why)
  delete tree.raw[key]
}

const TOP_KEYS = ['instance', 'timezone', 'concurrency', 'healthchecks', 'jobs', 'defaults', ...NAMED_MAPS]
const KEYS_WITH_TIMES = ['schedule', 'during', 'maintenance']

function takeWhatHasTimes(tree: Tree, why: string): void {
  const { raw } = tree
  const usual = KEYS_WITH_TIMES.some((key) => child(raw.defaults, key) !== undefined)
  const hasTimes = (entry: unknown): boolean => usual || KEYS_WITH_TIMES.some((key) => child(entry, key) !== undefined)
  for (const name of namesIn(raw.databases)) if (hasTimes(child(raw.databases, name))) takeDatabase(tree, name, why)
  for (const name of namesIn(raw.checks)) {
    const entry = child(raw.checks, name)
    if (hasTimes(entry) && child(entry, 'timezone') === undefined) takeCheck(tree, name, why)
  }
}

/** The keys of `defaults` that databases take. */
const OF_DATABASES = ['faults', 'skew', 'response', 'maintenance']

function takeDefault(tree: Tree, key: string | undefined, why: string): void {
  const { raw } = tree
  for (const name of namesIn(raw.databases)) {
    if (key === undefined || databaseTakes(child(raw.databases, name), key)) takeDatabase(tree, name, why)
  }
  for (const name of namesIn(raw.checks)) {
    if (key === undefined || checkTakes(tree, name, key)) takeCheck(tree, name, why)
  }
  if (key === undefined) delete raw.defaults
  else if (isMapping(raw.defaults)) raw.defaults = without(raw.defaults, key)
}

function databaseTakes(entry: unknown, key: string): boolean {
  return OF_DATABASES.includes(key) && !says(entry, key)
}

/** A key that nobody knows may have been meant for each of them. */
function checkTakes(tree: Tree, name: string, key: string): boolean {
  if (!DEFAULT_KEYS.has(key)) return true
  if (key === 'skew' || key === 'response') return false
  const entry = child(tree.raw.checks, name)
  if (says(entry, key)) return false
  if (key === 'stored_in') return !says(databaseOf(tree, entry), key)
  return (key !== 'warning' && key !== 'critical') || takesLimits(tree, entry, tree.fromRecipes?.get(name))
}

/** What is said of faults is added to what the entry says of them, and so holds beside it. */
function says(entry: unknown, key: string): boolean {
  return key !== 'faults' && child(entry, key) !== undefined
}

function databaseOf({ raw }: Tree, entry: unknown): unknown {
  const name = child(entry, 'database')
  return typeof name === 'string' ? child(raw.databases, name) : undefined
}

/** The limits of `defaults` are ages, for checks of ages whose recipe does not know better. */
function takesLimits({ kindOf }: Tree, entry: unknown, fromRecipe: ReadonlySet<string> = new Set()): boolean {
  return measured(entry, kindOf(entry)) === 'age' && !RECIPE_LIMITS.some((key) => fromRecipe.has(key))
}

function remove(tree: Pick<Tree, 'raw'>, section: (typeof NAMED_MAPS)[number], name: string): void {
  const entries = tree.raw[section]
  // In place: there may be thousands to take out.
  if (isMapping(entries)) Reflect.deleteProperty(entries, name)
}

function without(mapping: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== key))
}
