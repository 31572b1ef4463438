import { hash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { mayHoldPassword } from '../config/tree.ts'
import { errorCode, UsageError } from '../core/errors.ts'
import { matchesParts, partsOfKey } from '../core/key-pattern.ts'
import { clean } from '../core/text.ts'
import type { Seconds } from '../core/types.ts'
import { divideTime } from '../deadline.ts'
import { type Environment, parseDatabaseUrl } from '../drivers/url.ts'
import { createClock, type SetUp, setUp } from '../setup.ts'
import { directoryLayout, type Layout, lockfileLayout } from '../state/layout.ts'
import { boundLookUps } from './limited.ts'
import { ONE_LINE_OPTIONS, type WatchOptions } from './options.ts'
import type { World } from './world.ts'

/** All that a command works with, from its options and the configuration. */
export interface Settings extends SetUp {
  readonly config: Config
  readonly layout: Layout
}

/**
 * Reads the configuration, or the options in its place, and sets everything up. Connects to nothing.
 *
 * @param options.names of the checks to be read; none for all
 * @throws UsageError, ConfigError
 */
export async function readSettings(
  options: WatchOptions,
  world: World,
  { names = [], readingTime }: { readonly names?: readonly string[]; readonly readingTime: Seconds },
): Promise<Settings> {
  const config = await readConfig(options, world)
  boundLookUps(readingTime, { names: config.databases.size })
  const layout = layoutOf(options, config, world)
  const set = await setUp(config, {
    environment: environmentOf(world),
    hostName: world.hostName,
    statusCommand: statusCommandOf(options.state ?? world.env.LASTALIVE_STATE, layout),
    readingTime,
    ...selectionOf(config, { names, tags: options.tag ?? [], isOneLine: isOneLine(options) }),
    ...(options.now === undefined ? {} : { frozenAt: options.now }),
  })
  return { ...set, config, layout }
}

/** Whether the options describe a check themselves, so that no file is looked for. */
export function isOneLine(options: WatchOptions): boolean {
  return ONE_LINE_OPTIONS.some((name) => options[name] !== undefined)
}

/** `--key-column` of `keyColumn`. */
function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Where incidents are kept, and whose they are; with a lockfile of the user's choice, beside it. */
export function layoutOf(
  options: Pick<WatchOptions, 'state' | 'lockfile'>,
  whose: Pick<Config, 'origin'>,
  world: World,
): Layout {
  const { lockfile } = options
  const wrong = (['state', 'lockfile'] as const).find((option) => mayHoldPassword(options[option] ?? ''))
  if (wrong !== undefined) throw new UsageError(`--${wrong} is no path, but looks like a URL; write a path`)
  if (lockfile === undefined) return directoryLayout(stateDirectory(options.state, world), whose)
  if (lockfile === '') throw new UsageError('--lockfile is empty (a variable that is not set?); write a path')
  if (options.state !== undefined) throw new UsageError('--state and --lockfile exclude each other; leave one out')
  return lockfileLayout(resolve(lockfile))
}

/** The clock, and the times of a run that begins now. */
export function timesOf(
  options: WatchOptions,
  { elapsedMs }: Pick<World, 'elapsedMs'>,
  standard: { readonly timeout: Seconds; readonly readingShare?: number },
) {
  const { timeout, ...share } = { ...standard, timeout: options.timeout ?? standard.timeout }
  return {
    clock: createClock(options.now),
    timeout,
    deadline: () => divideTime(timeout, { elapsedMs: elapsedMs(), ...share }),
  }
}

/** Says where the state is only if it is not where `status` looks by itself. */
function statusCommandOf(state: string | undefined, { place }: Layout): string {
  if ('files' in place) return `lastalive status --lockfile ${place.files[0]}`
  return state === undefined ? 'lastalive status' : `lastalive status --state ${place.directory}`
}

function environmentOf({ env, home, userName }: World): Environment {
  return { env, home, userName }
}

async function readConfig(options: WatchOptions, world: World): Promise<Config> {
  if (!isOneLine(options)) {
    if (options.lockfile !== undefined)
      throw new UsageError('--lockfile goes with --url and --key; use --state with a file')
    const { loadConfig } = await import('../config/load.ts')
    return loadConfig({ config: options.config, env: world.env })
  }
  if (options.config !== undefined) {
    const given = ONE_LINE_OPTIONS.filter((name) => options[name] !== undefined).map(flagOf)
    throw new UsageError(`--config and ${given.join(', ')} exclude each other: what describes a check is in the file`)
  }
  const database = parseDatabaseUrl(options.url, environmentOf(world))
  const { name, identity } = database
  const { parseOneLine } = await import('../config/one-line.ts')
  const reader = options.schedule === undefined ? {} : await import('../core/schedule.ts')
  let origin: string | undefined
  return parseOneLine(options, {
    database: { name, identity },
    // Made when it is asked for: what hashes takes longer to load than all that a check needs beside its driver.
    get origin() {
      origin ??= oneLineOrigin(options, identity)
      return origin
    },
    ...reader,
  })
}

/**
 * Where the line looks and what it is called, but not its limits and recipients: who edits those while something is
 * open must still hear that it is over, and so must who edits the SQL of a line that has a name. With a lockfile that
 * is what it is called.
 */
function oneLineOrigin(options: WatchOptions, identity: string): string {
  const { lockfile, table, keyColumn, valueColumn, key = [], query, rows, param, json, pattern, name } = options
  const keys = key.map((text) => text.replace(/=[^=]*$/, '')).toSorted()
  const columns = [table ?? 'runtime_info', keyColumn ?? 'rt_key', valueColumn ?? 'rt_value']
  const details = { query, rows, param, json, pattern }
  const isPlain = Object.values(details).every((detail) => detail === undefined)
  if (lockfile !== undefined) {
    const hasSql = query !== undefined || rows !== undefined
    return `lockfile:${realPath(lockfile)}#${shortHash([identity, ...columns, keys, hasSql])}`
  }
  return `line:${shortHash([identity, ...columns, keys, name ?? '', ...(isPlain || name !== undefined ? [] : [details])])}`
}

function shortHash(place: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(place)).slice(0, 20)
}

/** A path without links. The file itself comes and goes, so its directory is resolved. */
export function realPath(path: string): string {
  const absolute = resolve(path)
  try {
    return join(realpathSync(dirname(absolute)), basename(absolute))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(errorCode(error))) return absolute
    throw error
  }
}

function stateDirectory(given: string | undefined, { env, home }: World): string {
  const directory = given ?? env.LASTALIVE_STATE
  if (directory === '') throw new UsageError('the state directory is empty (a variable that is not set?); write a path')
  if (directory !== undefined) return resolve(directory)
  if (process.geteuid?.() === 0) return '/var/lib/lastalive'
  const base = env.XDG_STATE_HOME
  return join(base?.startsWith('/') ? base : join(home, '.local/state'), 'lastalive')
}

/** What was asked for by names, in which each `*` stands for any text, or by tags. */
function selectionOf(
  config: Config,
  wanted: { readonly names: readonly string[]; readonly tags: readonly string[]; readonly isOneLine: boolean },
): { readonly selected?: ReadonlySet<string> } {
  const { names, tags } = wanted
  if (names.length + tags.length === 0) return {}
  if (wanted.isOneLine && tags.length > 0) throw new UsageError('--tag goes with a configuration file; leave it out')
  const checks = config.checks.map(({ check }) => check)
  const byName = names.map((name) => {
    const parts = partsOfKey(name)
    return { what: `no check ${clean(name)}`, found: checks.filter((check) => matchesParts(check.name, parts)) }
  })
  const byTag = tags.map((tag) => {
    return { what: `no check with the tag ${clean(tag)}`, found: checks.filter((check) => check.tags?.includes(tag)) }
  })
  const missing = [...byName, ...byTag].filter(({ found }) => found.length === 0).map(({ what }) => what)
  const known = checks.map(({ name }) => name)
  const labels = [...new Set(checks.flatMap((check) => check.tags ?? []))]
  if (missing.length > 0) {
    const there = `${known.join(', ')}${tags.length > 0 && labels.length > 0 ? `; tags: ${labels.join(', ')}` : ''}`
    throw new UsageError(`there is ${missing.join(', ')}; there are: ${there}`)
  }
  return { selected: new Set([...byName, ...byTag].flatMap(({ found }) => found.map(({ name }) => name))) }
}
