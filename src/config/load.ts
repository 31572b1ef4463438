import { dirname, join } from 'node:path'
import { ConfigError } from '../core/errors.ts'
import { realpath } from '../fs.ts'
import type { Config } from './config.ts'
import { readDates } from './dates.ts'
import { type Environment, type Expanded, expandTree, treeHoldsPassword } from './environment.ts'
import { type ReadFile, readTrustedDirectory, readTrustedFile } from './files.ts'
import { findConfig } from './find.ts'
import { mergeSources, type Source } from './merge.ts'
import { readPasswords } from './passwords.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { parseConfig } from './schema.ts'
import { child, namesIn } from './tree.ts'
import { expandUses } from './use.ts'
import type { Written } from './written.ts'
import type { ReadYaml } from './yaml.ts'

/** A file that was not, with its problems ready to be shown. */
interface Broken {
  readonly problems: readonly string[]
}

/**
 * Loads the configuration file, and the files of `conf.d` beside it.
 *
 * @param options.config what `--config` says, as it was written
 * @throws UsageError where there is no file
 * @throws ConfigError with every problem at once
 */
export async function loadConfig(options: {
  readonly config?: string | undefined
  readonly env: Environment
}): Promise<Config> {
  try {
    return await load(options, readQuickly)
  } catch (error) {
    if (!(error instanceof LinesWanted || error instanceof ConfigError)) throw error
    // There is something to say, and where it stands.
    const { readYaml } = await import('./yaml.ts')
    return load(options, async (text) => readYaml(text))
  }
}

/** Somebody wants to know where something stands. */
class LinesWanted extends Error {}

type Read = (text: string) => Promise<ReadYaml>

/** Reads what stands in a file, but not where, unless that comes for nothing. */
async function readQuickly(text: string): Promise<ReadYaml> {
  const plain = readPlainYaml(text)
  if (plain === undefined) {
    const { readYaml } = await import('./yaml.ts')
    return readYaml(text)
  }
  const lineOf = (): number => {
    throw new LinesWanted()
  }
  return { kind: 'document', raw: plain.raw, lineOf }
}

async function load(
  options: { readonly config?: string | undefined; readonly env: Environment },
  readText: Read,
): Promise<Config> {
  const { path, main, more, remarks } = await readSources(options, readText)
  const merged = mergeSources(main, more)
  const mayHoldVariables = [main, ...more].some((source) => source.mayHoldVariables)
  const asWritten: Expanded = { raw: merged.raw, problems: [], secrets: [], inserted: [] }
  const replaced = mayHoldVariables ? expandTree(merged.raw, options.env) : asWritten
  const used = await expandUses(replaced.raw)
  const dated = await readDates(used.raw, merged.fileOf)
  const before = [...merged.problems, ...replaced.problems, ...used.problems, ...dated.problems]
  const expanded = { ...replaced, raw: dated.raw }
  const passwords = await readPasswords(expanded, merged.fileOf)
  return parseConfig({
    raw: expanded.raw,
    origin: await realpath(path),
    mayLackUrl: false,
    // A variable may say each time something else.
    edition: [...[main, ...more].map(({ edition }) => edition), ...expanded.inserted].join('\n'),
    place: merged.place,
    problems: [...before, ...passwords.problems],
    remarks: [...remarks, ...[main, ...more].flatMap(exposedRemark), ...passwords.remarks],
    secrets: expanded.secrets,
    passwords: passwords.passwords,
    fromRecipes: used.fromRecipes,
    ...(await scheduleReader(expanded.raw)),
  })
}

/**
 * What has a name in the configuration, as it stands there: whether the rest is right, and its variables are set, does
 * not matter.
 *
 * @throws UsageError, ConfigError where there is no file that can be read
 */
export async function listNames(
  options: Parameters<typeof loadConfig>[0],
): Promise<Readonly<Record<'checks' | 'notifiers' | 'tags', readonly string[]>>> {
  const { main, more } = await readSources(options, readQuickly)
  const { raw } = mergeSources(main, more)
  const checks = child(raw, 'checks')
  const tags = namesIn(checks).flatMap((name) => [child(child(checks, name), 'tags')].flat())
  return {
    checks: namesIn(checks),
    notifiers: namesIn(child(raw, 'notifiers')),
    tags: [...new Set(tags.filter((tag) => typeof tag === 'string'))],
  }
}

async function readSources(options: Parameters<typeof loadConfig>[0], readText: Read) {
  const { path, read } = await findConfig(options)
  const main = await readSource(path, read, readText)
  const { sources: more, problems, remarks } = await readMore(join(dirname(path), 'conf.d'), readText)
  if ('problems' in main) throw new ConfigError([...main.problems, ...problems])
  if (problems.length > 0) throw new ConfigError(problems)
  return { path, main, more, remarks }
}

/** What reads schedules is loaded where there is one. */
async function scheduleReader(raw: unknown): Promise<Pick<Written, 'parseSchedule'>> {
  const checks = child(raw, 'checks')
  if (!namesIn(checks).some((name) => child(child(checks, name), 'schedule') !== undefined)) return {}
  const { parseSchedule } = await import('../core/schedule.ts')
  return { parseSchedule }
}

async function readSource(path: string, read: ReadFile, readText: Read): Promise<Source | Broken> {
  if (read.kind === 'absent') return { problems: [`${path}: vanished while it was read; run again`] }
  if (read.kind === 'refused') return { problems: [`${path}: ${read.why}`] }
  const yaml = await readText(read.text)
  if (yaml.kind === 'broken') return { problems: yaml.problems.map(({ line, text }) => `${path}:${line}: ${text}`) }
  // Behind a backslash anything may be written.
  const mayHoldVariables = /\$\{|\\/.test(read.text)
  const { raw, lineOf } = yaml
  const { isReadableByOthers, edition } = read
  return { path, raw, lineOf, mayHoldVariables, isReadableByOthers, edition }
}

async function readMore(directory: string, readText: Read) {
  const listed = await readTrustedDirectory(directory)
  if (listed.kind === 'refused') return { sources: [], problems: [`${directory}: ${listed.why}`], remarks: [] }
  const names = listed.kind === 'absent' ? [] : listed.names.filter((name) => !name.startsWith('.'))
  const paths = names.filter((name) => name.endsWith('.yaml')).map((name) => join(directory, name))
  const read = await Promise.all(paths.map(async (path) => readSource(path, await readTrustedFile(path), readText)))
  return {
    sources: read.filter((file) => 'raw' in file),
    problems: read.flatMap((file) => ('problems' in file ? file.problems : [])),
    remarks: names
      .filter((name) => /\.(yml|json)$/.test(name))
      .map((name) => `${join(directory, name)}: is not read; give it a name that ends in .yaml`),
  }
}

function exposedRemark({ raw, path, isReadableByOthers }: Source): readonly string[] {
  if (!isReadableByOthers || !treeHoldsPassword(raw)) return []
  return [`${path}: holds a password and can be read by everybody; run: chmod o-r ${path}`]
}
