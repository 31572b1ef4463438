import { writtenInLine } from '../../config/one-line.ts'
import { ONE_LINE_OPTIONS } from '../../config/one-line-options.ts'
import type { Written } from '../../config/read/written.ts'
import { loadKind } from '../../config/rules/kind-of.ts'
import { UsageError } from '../../core/errors.ts'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import type { LoadedKind } from '../../core/source-kind.ts'
import { readerFor } from '../../core/time/schedule-reader.ts'
import { type Environment, parseDatabaseUrl, withServiceFiles } from '../../drivers/url.ts'
import { KINDS } from '../../setup/kinds.ts'
import { realPath } from '../settings/place.ts'
import type { World } from '../world.ts'
import type { WatchOptions } from './options.ts'
import { oneLineOrigin } from './origin.ts'
import { otherSourceIn, sourceOptionsIn } from './sources.ts'
import { notifiersIn, TELLING_OPTIONS } from './telling.ts'

/**
 * The names of the options that describe a check of a database and whom it tells. Their order is a part of what a line is
 * called in which something is wrong.
 */
export const ONE_LINE_NAMES: readonly string[] = ONE_LINE_OPTIONS.flatMap((name) =>
  name === 'healthchecks' ? [...TELLING_OPTIONS.map(({ key }) => key), name] : [name],
)

/** Whether the options describe a check. Then no configuration file is read. */
export function isOneLine(options: WatchOptions): boolean {
  return givenIn(options).length > 0
}

/** The options that describe a check, by their names. */
function givenIn(options: WatchOptions): readonly string[] {
  const written: Readonly<Record<string, unknown>> = { ...options }
  return [...ONE_LINE_NAMES.filter((name) => written[name] !== undefined), ...sourceOptionsIn(options)]
}

export async function readWritten(options: WatchOptions, world: World, tells = true): Promise<Written> {
  if (!isOneLine(options)) {
    if (options.lockfile !== undefined)
      throw new UsageError('--lockfile goes with --url and --key; with a configuration file use --state')
    const { loadWritten } = await import('../../config/load.ts')
    return loadWritten({ config: options.config, env: world.env, tells, ...KINDS })
  }
  if (options.config !== undefined) {
    const given = givenIn(options).map(flagOf)
    throw new UsageError(`--config and ${given.join(', ')} exclude each other; write them into the file`)
  }
  const { identity, ...looking } = await lookingAt(options, world)
  const reader = options.schedule === undefined ? {} : { parseSchedule: await readerFor([options.schedule]) }
  const lockfile = options.lockfile === undefined ? undefined : await realPath(options.lockfile)
  let origin: string | undefined
  return writtenInLine(options, {
    ...looking,
    notifierKinds: await tellingOf(options),
    get notifiers() {
      return notifiersIn(options)
    },
    // Lazy: most checks store nothing, and need no origin.
    get origin() {
      origin ??= oneLineOrigin({ ...options, lockfile }, identity)
      return origin
    },
    ...reader,
  })
}

/** The kinds of notifiers whose options are given. */
function tellingOf(options: WatchOptions): Promise<readonly NotifierKind[]> {
  const written: Readonly<Record<string, unknown>> = { ...options }
  const used = KINDS.notifierLines.filter(({ options: own = [] }) => own.some(({ key }) => written[key] !== undefined))
  return Promise.all(used.map((line) => line.load()))
}

/** What the line looks at, and the text that tells it from others. */
async function lookingAt(options: WatchOptions, world: World) {
  const other = otherSourceIn(options)
  if (other !== undefined) {
    const { line, value, keys } = other
    const kind = await line.load()
    const identity = `${kind.key}:${value}`
    return { identity, database: { name: kind.key, identity }, sourceKinds: [kind], other: { kind, value, keys } }
  }
  const environment = await withServiceFiles(environmentOf(world), [options.url])
  const { name, identity } = await placeIn(options, environment)
  return {
    identity,
    database: { name, identity: identity ?? '' },
    sourceKinds: await dialectsOf(options.url ?? ''),
    keys: options.with ?? [],
  }
}

/** No option is of a job. */
const NO_WORDS: ReadonlySet<string> = new Set()

/** The kinds of databases that a URL may be of. */
function dialectsOf(url: string): Promise<readonly LoadedKind[]> {
  const lines = KINDS.sourceLines.filter(
    ({ key, speaks }) => key === 'database' && (speaks === undefined || speaks.test(url.trim())),
  )
  return Promise.all(lines.map((line) => loadKind(line, NO_WORDS)))
}

/** The database of `--url`. A mistake in it is reported later, together with the others. */
async function placeIn(
  { url }: WatchOptions,
  environment: Environment,
): Promise<{ readonly name: string; readonly identity: string | undefined }> {
  try {
    return await parseDatabaseUrl(url, environment)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { name: 'database', identity: undefined }
  }
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function environmentOf({ env, home, userName }: World): Environment {
  return { env, home, userName }
}
