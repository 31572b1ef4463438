import { dirname, join } from 'node:path'
import { ConfigError } from '../core/errors.ts'
import type { NotifierKind, NotifierLine } from '../core/notifier-kind.ts'
import { child, isMapping, isWithin, mayHoldPassword, namesIn, type Problem } from '../core/shape/tree.ts'
import type { SourceLine } from '../core/source-kind.ts'
import { readerFor } from '../core/time/schedule-reader.ts'
import { realpath } from '../io/files/fs.ts'
import type { Unfolded } from './build/each.ts'
import { expandUses } from './build/use.ts'
import { readDates } from './read/dates.ts'
import { type Expanded, expandTree, treeHoldsPassword, type Variables } from './read/environment.ts'
import { type ReadFile, readTrustedDirectory, readTrustedFile } from './read/files.ts'
import { findConfig } from './read/find.ts'
import { type Merged, mergeSources, type YamlFile } from './read/merge.ts'
import { readSecretFiles } from './read/secret-files.ts'
import type { Written } from './read/written.ts'
import { readYaml } from './read/yaml.ts'
import { kindsIn } from './rules/kind-of.ts'
import { notifierKindsIn } from './rules/notifiers.ts'
import { copiedToTake, nothingTaken, takeNotifier } from './rules/taken.ts'
import type { Kinds } from './shape/shape.ts'

/** A file that cannot be read, and why, at each place in it. */
interface Broken {
  readonly problems: readonly Problem[]
}

/** Where the configuration is looked for. */
export interface LoadOptions {
  /** what `--config` says, as it was written */
  readonly config?: string | undefined
  readonly env: Variables
  /** whether somebody is to be told: what is not set of the ways of telling is a mistake for nobody else */
  readonly tells?: boolean
  /** the kinds of notifiers that there are */
  readonly notifierLines: readonly NotifierLine[]
  /** the kinds of sources that there are */
  readonly sourceLines: readonly SourceLine[]
}

/**
 * Loads what stands in the configuration file, and in the files of `conf.d` beside it, right or wrong.
 *
 * @throws UsageError where there is no file
 * @throws ConfigError where the file itself cannot be read
 */
export async function loadWritten(options: LoadOptions): Promise<Written> {
  const { notifierLines, sourceLines } = options
  const { path, main, more, remarks, unread } = await readSources(options)
  const merged = mergeSources(main, more)
  const mayHoldVariables = [main, ...more].some((source) => source.mayHoldVariables)
  const notifierKinds = await notifierKindsIn(merged.raw, notifierLines)
  const asWritten: Expanded = { raw: merged.raw, problems: [], secrets: [], inserted: [] }
  const expanded = mayHoldVariables ? expandTree(merged.raw, options.env) : asWritten
  const { taken, ...replaced } =
    options.tells === false ? withoutUnset(expanded, notifierKinds) : { ...expanded, taken: nothingTaken() }
  const { spread, place, fileOf, ...unfolded } = await unfolding(replaced.raw, merged)
  const used = await expandUses(unfolded.raw)
  const dated = await readDates(used.raw, fileOf)
  const early = [...spread(replaced.problems), ...unfolded.problems]
  const later = [...used.problems, ...dated.problems].filter(
    ({ path }) => !early.some((earlier) => isWithin(path, earlier.path)),
  )
  const before = [...spread(merged.problems), ...early, ...later, ...unread]
  const { raw } = dated
  const sourceKinds = await kindsIn(raw, sourceLines)
  const kinds = { notifierKinds, sourceKinds }
  const files = await readSecretFiles({ raw, problems: early, kinds }, fileOf)
  return {
    raw,
    origin: await realpath(path),
    mayLackUrl: false,
    // A variable may say each time something else.
    edition: JSON.stringify([[main, ...more].map(({ edition }) => edition), replaced.inserted, unfolded.editions]),
    ...kinds,
    place,
    problems: [...before, ...files.problems],
    remarks: [...remarks, ...[main, ...more].flatMap((source) => exposedRemark(source, kinds)), ...files.remarks],
    secrets: replaced.secrets,
    secretFiles: files.secrets,
    fromRecipes: used.fromRecipes,
    taken,
    ...(await scheduleReader(raw)),
  }
}

/**
 * What has a name in the configuration, as it stands there: whether the rest is right, and its variables are set, does
 * not matter.
 *
 * @throws UsageError, ConfigError where there is no file that can be read
 */
export async function listNames(
  options: Pick<LoadOptions, 'config' | 'env'>,
): Promise<Readonly<Record<'checks' | 'notifiers' | 'tags', readonly string[]>>> {
  const { main, more } = await readSources(options)
  const merged = mergeSources(main, more)
  const { raw } = await unfolding(merged.raw, merged)
  const checks = child(raw, 'checks')
  const isShown = (name: string): boolean => !mayHoldPassword(name)
  const tags = namesIn(checks).flatMap((name) => [child(child(checks, name), 'tags')].flat())
  return {
    checks: namesIn(checks).filter(isShown),
    notifiers: namesIn(child(raw, 'notifiers')).filter(isShown),
    tags: [...new Set(tags.filter((tag) => typeof tag === 'string'))],
  }
}

/**
 * What stands in the configuration, whether it is right or not, with its variables as far as they are set.
 *
 * @throws UsageError, ConfigError where there is no file that can be read
 */
export async function loadTree(
  options: Pick<LoadOptions, 'config' | 'env'>,
): Promise<{ readonly raw: unknown; readonly origin: string }> {
  const { path, main, more } = await readSources(options)
  const merged = mergeSources(main, more)
  const { raw } = await unfolding(expandTree(merged.raw, options.env).raw, merged)
  return { raw, origin: await realpath(path) }
}

async function readSources(options: Pick<LoadOptions, 'config' | 'env'>) {
  const { path, read } = await findConfig(options)
  const main = await readSource(path, read)
  const { sources: more, problems, remarks } = await readMore(join(dirname(path), 'conf.d'))
  if ('problems' in main) throw new ConfigError([...main.problems, ...problems].map(wordsOf))
  return { path, main, more, remarks, unread: problems }
}

/** Takes out each way of telling that has a variable which is not set, for what tells nobody. */
function withoutUnset(expanded: Expanded, notifierKinds: readonly NotifierKind[]) {
  const raw = isMapping(expanded.raw) ? copiedToTake(expanded.raw) : {}
  const taken = nothingTaken()
  const problems = expanded.problems.filter(({ path: [section, name], isUnset, text }) => {
    if (isUnset === undefined || (section !== 'notifiers' && section !== 'healthchecks')) return true
    if (section === 'notifiers') takeNotifier({ raw, taken, notifierKinds }, String(name), text)
    else delete raw.healthchecks
    return false
  })
  const isNothing = problems.length === expanded.problems.length
  return { ...expanded, raw: isNothing ? expanded.raw : raw, problems, taken }
}

/** What makes checks of names is loaded where there is a `foreach`. */
async function unfolding(raw: unknown, { place, fileOf }: Pick<Merged, 'place' | 'fileOf'>): Promise<Unfolded> {
  const checks = child(raw, 'checks')
  const hasForeach = namesIn(checks).some((name) => child(child(checks, name), 'foreach') !== undefined)
  if (hasForeach) return (await import('./build/each.ts')).unfold(raw, { place, fileOf })
  return { raw, problems: [], editions: [], place, fileOf, spread: (problems) => problems }
}

/** What reads schedules is loaded where there is one. */
async function scheduleReader(raw: unknown): Promise<Pick<Written, 'parseSchedule'>> {
  const checks = child(raw, 'checks')
  const written = namesIn(checks).map((name) => child(child(checks, name), 'schedule'))
  const expressions = written.filter((expression) => expression !== undefined)
  return expressions.length === 0 ? {} : { parseSchedule: await readerFor(expressions) }
}

async function readSource(path: string, read: ReadFile): Promise<YamlFile | Broken> {
  if (read.kind === 'absent') return { problems: [unreadable(path, 'vanished while it was read; run again')] }
  if (read.kind === 'refused') return { problems: [unreadable(path, read.why)] }
  const yaml = readYaml(read.text)
  if (yaml.kind === 'broken') {
    const words = yaml.isSyntax ? (await import('./read/yaml-words.ts')).explainYaml : undefined
    const problems = yaml.problems.map((problem) => words?.(read.text, problem) ?? problem)
    return { problems: problems.map(({ line, text }) => unreadable(`${path}:${line}`, text)) }
  }
  // Behind a backslash anything may be written.
  const mayHoldVariables = /\$\{|\\/.test(read.text)
  const { lineOf, twice } = yaml
  const raw = withoutFree(yaml.raw)
  const { isReadableByOthers, edition } = read
  return { path, raw, lineOf, twice, mayHoldVariables, isReadableByOthers, edition }
}

/** What a file keeps at its top for anchors, under names that begin with `x-`, is nothing of ours. */
function withoutFree(raw: unknown): unknown {
  if (!isMapping(raw) || !Object.keys(raw).some(isFree)) return raw
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !isFree(key)))
}

function isFree(key: string): boolean {
  return key.startsWith('x-')
}

async function readMore(directory: string) {
  const listed = await readTrustedDirectory(directory)
  if (listed.kind === 'refused') return { sources: [], problems: [unreadable(directory, listed.why)], remarks: [] }
  const names = listed.kind === 'absent' ? [] : listed.names.filter((name) => !name.startsWith('.'))
  const paths = names.filter((name) => name.endsWith('.yaml')).map((name) => join(directory, name))
  const read = await Promise.all(paths.map(async (path) => readSource(path, await readTrustedFile(path))))
  return {
    sources: read.filter((file) => 'raw' in file),
    problems: read.flatMap((file) => ('problems' in file ? file.problems : [])),
    remarks: names
      .filter((name) => /\.(yml|json)$/.test(name))
      .map((name) => `${join(directory, name)}: is not read; give it a name that ends in .yaml`),
  }
}

/** Behind what stands in the files that can be read. */
const LAST = Number.MAX_SAFE_INTEGER

/** Something about a whole file, so that nobody knows what stands in it. */
function unreadable(label: string, text: string): Problem {
  return { path: [], text, place: { label, order: LAST } }
}

function wordsOf({ place, text }: Problem): string {
  return `${place?.label}: ${text}`
}

function exposedRemark({ raw, path, isReadableByOthers }: YamlFile, kinds: Kinds): readonly string[] {
  if (!isReadableByOthers || !treeHoldsPassword(raw, kinds)) return []
  return [`${path}: holds a password and can be read by everybody; run: chmod o-r ${path}`]
}
