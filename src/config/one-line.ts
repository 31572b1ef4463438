import { UsageError } from '../core/errors.ts'
import { partsOfKey } from '../core/find/key-pattern.ts'
import { present } from '../core/given.ts'
import { measureOf } from '../core/judge/measure.ts'
import type { NotifierKind } from '../core/notifier-kind.ts'
import { sha256 } from '../core/sha256.ts'
import { FORBIDDEN_NAMES, type Path, type PlaceInFile } from '../core/shape/tree.ts'
import { show } from '../core/shape/values.ts'
import type { LoadedKind, SourceKind } from '../core/source-kind.ts'
import { readKeyOption, shownKeyOption, type WrittenKey } from './one-line-key.ts'
import { ONE_LINE, type OneLine, type OneLineOption } from './one-line-options.ts'
import type { Written } from './read/written.ts'

/** What the command line says, each as it was written, and the lockfile of the user's choice. */
export type OneLineOptions = { readonly [Option in keyof OneLine]?: OneLine[Option] | undefined } & {
  readonly lockfile?: string | undefined
}

/** What a line looks at that is no database. */
export interface OtherSource {
  readonly kind: SourceKind
  /** what stands behind its option */
  readonly value: string
  /** further keys of the check, as in `status=204` */
  readonly keys: readonly string[]
}

/** What the caller knows of a command line. */
export interface OneLineContext {
  /**
   * `name` is what to call it, where characters that names cannot have are replaced; `identity` tells it from others,
   * without its password
   */
  readonly database: { readonly name: string; readonly identity: string }
  /** whose the incidents of this line are */
  readonly origin: string
  /** the kinds of notifiers that the line tells by */
  readonly notifierKinds: readonly NotifierKind[]
  /** those that the line describes, as a file would have them; throws UsageError where they name nobody */
  readonly notifiers: Readonly<Record<string, unknown>>
  /** the kinds of sources that the line may be of */
  readonly sourceKinds: readonly LoadedKind[]
  /** further keys of each check of a database, as in `field=beat` */
  readonly keys?: readonly string[]
  /** what the line looks at where that is no database */
  readonly other?: OtherSource
  /** reads a schedule, where there is one */
  readonly parseSchedule?: Written['parseSchedule']
}

/** What is watched: a key, with the limit that was written behind it, or a query. */
type Watched = WrittenKey | { readonly query: string } | { readonly rows: string }

const DEFAULT_TABLE = 'runtime_info'
const EMPTY_URL = "the database's URL is empty (a variable that is not set?); write postgres://user@host/database"
const MANY_NEED_STATE = '--lockfile is one file, and each of many rows needs its own; write --state DIR'
const LONGEST_SLUG = 57

/**
 * What a command line says, right or wrong.
 *
 * @throws UsageError where options are missing or do not go together
 */
export function writtenInLine(options: OneLineOptions, context: OneLineContext): Written {
  const { notifierKinds, sourceKinds, parseSchedule, other } = context
  const { instance, timezone, healthchecks } = options
  const { raw, problems } = other === undefined ? ofDatabase(options, context) : ofOther(options, other)
  const { notifiers } = context
  return {
    raw: {
      ...present({ instance, timezone, healthchecks }),
      ...(Object.keys(notifiers).length === 0 ? {} : { notifiers }),
      ...raw,
    },
    get origin() {
      return context.origin
    },
    mayLackUrl: true,
    edition: '',
    notifierKinds,
    sourceKinds,
    place: (path) => optionAt(path, other === undefined ? '--name' : `--${other.kind.key}`),
    problems,
    remarks: [],
    secrets: [],
    secretFiles: new Map(),
    ...(parseSchedule === undefined ? {} : { parseSchedule }),
  }
}

interface Looking {
  readonly raw: Readonly<Record<string, unknown>>
  readonly problems: Written['problems']
}

function ofDatabase(options: OneLineOptions, { database, sourceKinds, keys = [] }: OneLineContext): Looking {
  const further = furtherKeys(keys)
  const own = ['database', 'key', 'query', 'rows'].find((key) => key in further)
  if (own !== undefined)
    throw new UsageError(`--with ${own} is not for this; write --${own === 'database' ? 'url' : own}`)
  const dialect = sourceKinds.find(({ speaks }) => speaks !== undefined)
  const watched = watchedIn(options, dialect)
  assertTogether(options, watched, dialect?.isMany?.(further) === true)
  const name = slug(database.name, 'database')
  const named = watched.map((one) => {
    const unique = { identity: database.identity, options, keys, watched: one }
    return [options.name ?? nameOf(unique), one] as const
  })
  const wrong = named.flatMap(([check, one]) =>
    'wrong' in one ? [{ path: ['checks', check, 'key'], text: String(one.wrong) }] : [],
  )
  const isEmpty = options.url?.trim() === ''
  return {
    raw: {
      databases: { [name]: databaseEntry(options) },
      checks: Object.fromEntries(
        named.map(([check, one]) => [
          check,
          present({ ...ownKeys(options), ...further, database: name, ...one, wrong: undefined }),
        ]),
      ),
    },
    problems: [...(isEmpty ? [{ path: ['databases', name, 'url'], text: EMPTY_URL }] : []), ...wrong],
  }
}

/** A line that looks at no database: its option is the key of the check, and each `--with` a further one. */
function ofOther(options: OneLineOptions, { kind, value, keys }: OtherSource): Looking {
  const { url, key, query, rows, skew, unreachable } = options
  const odd = Object.entries({ url, key, query, rows, skew }).find(([, written]) => written !== undefined)
  if (odd !== undefined) {
    throw new UsageError(`--${odd[0]} goes with a database, and --${kind.key} looks at none; write one line for each`)
  }
  const further = furtherKeys(keys)
  const name = options.name ?? `${slug(value, kind.key)}-${sha256(JSON.stringify([kind.key, value, keys])).slice(0, 6)}`
  const response = responseIn(options)
  const faults = unreachable === undefined ? undefined : { unreachable }
  const entry = present({ [kind.key]: value, ...ownKeys(options), faults, response, ...further })
  if (options.lockfile !== undefined && kind.isMany?.(entry) === true && (options.judge ?? 'each') === 'each') {
    throw new UsageError(MANY_NEED_STATE)
  }
  return { raw: { checks: { [name]: entry } }, problems: [] }
}

/** Keys that are said several times are lists. */
function furtherKeys(written: readonly string[]): Readonly<Record<string, unknown>> {
  const found = new Map<string, string[]>()
  for (const one of written) {
    const [, key, value] = /^([a-z_]+)=(.*)$/s.exec(one) ?? []
    if (key === undefined || value === undefined) {
      throw new UsageError(`--with ${show(one)} is not a key and its value; write --with status=204, say`)
    }
    found.set(key, [...(found.get(key) ?? []), value])
  }
  return Object.fromEntries([...found].map(([key, values]) => [key, values.length === 1 ? values[0] : values]))
}

/** Those of the options that are keys of the check. */
function ownKeys(options: OneLineOptions): Readonly<Record<string, unknown>> {
  const own = Object.entries(ONE_LINE).flatMap(([option, entry]): [string, unknown][] =>
    'key' in entry ? [[entry.key, options[option as OneLineOption]]] : [],
  )
  return Object.fromEntries(own)
}

function watchedIn(options: OneLineOptions, dialect: LoadedKind | undefined): readonly Watched[] {
  const kind = dialect?.measure?.(options) ?? measureOf(options)
  const { query, rows, warning, critical, expires, schedule } = options
  if (
    query !== undefined &&
    warning === undefined &&
    critical === undefined &&
    expires !== true &&
    schedule === undefined
  ) {
    throw new UsageError('--query has no limit; write --critical 10m, say')
  }
  return [
    ...(options.key ?? []).map((written) => readKeyOption(written, { ...options, kind })),
    ...(query === undefined ? [] : [{ query }]),
    ...(rows === undefined ? [] : [{ rows }]),
  ]
}

function assertTogether(options: OneLineOptions, watched: readonly Watched[], isMany: boolean): void {
  if (watched.length === 0) {
    throw new UsageError('there is nothing to watch; write --key last_alive, or --query or --rows with SQL')
  }
  const keys = watched.flatMap((one) => ('key' in one ? [one.key] : []))
  const twice = keys.find((key, i) => keys.indexOf(key) < i)
  if (twice !== undefined) throw new UsageError(`--key ${shownKeyOption(twice)} is given twice; write it once`)
  if (keys.length < watched.length && watched.length > 1) {
    throw new UsageError('--key, --query and --rows exclude each other; write one line for each')
  }
  assertOneIncident(options, { count: watched.length, keys, isMany })
}

/** A name and a lockfile are those of one check, and a lockfile is that of one incident. */
function assertOneIncident(
  options: OneLineOptions,
  { count, keys, isMany }: { readonly count: number; readonly keys: readonly string[]; readonly isMany: boolean },
): void {
  for (const option of ['name', 'lockfile'] as const) {
    if (options[option] === undefined || count === 1) continue
    throw new UsageError(`--${option} goes with one --key only; write one line for each, or leave it out`)
  }
  const hasRows = isMany || options.rows !== undefined || keys.some((key) => partsOfKey(key).length > 1)
  if (options.lockfile !== undefined && hasRows && (options.judge ?? 'each') === 'each') {
    throw new UsageError(MANY_NEED_STATE)
  }
}

/** The same for the same value: what is read, but not its limits and how it is judged. */
function nameOf({
  identity,
  options,
  keys,
  watched,
}: {
  readonly identity: string
  readonly options: OneLineOptions
  readonly keys: readonly string[]
  readonly watched: Watched
}): string {
  const [word, subject] =
    'key' in watched ? [watched.key, [options.table ?? DEFAULT_TABLE, watched.key]] : queryOf(watched)
  const { param, json, pattern } = options
  const details = [param, json, pattern].some((detail) => detail !== undefined) ? [{ param, json, pattern }] : []
  const digits = sha256(JSON.stringify([identity, ...subject, ...details, ...keys]))
  return `${slug(word, 'key')}-${digits.slice(0, 6)}`
}

function databaseEntry(options: OneLineOptions): object {
  const { url, unreachable, skew } = options
  return present({ url, unreachable, skew, response: responseIn(options) })
}

function responseIn({ responseWarning, responseCritical }: OneLineOptions): object | undefined {
  const response = present({ warning: responseWarning, critical: responseCritical })
  return Object.keys(response).length === 0 ? undefined : response
}

function queryOf(watched: Exclude<Watched, { key: string }>): readonly [word: string, subject: readonly string[]] {
  return 'query' in watched ? ['query', [watched.query]] : ['rows', [watched.rows]]
}

function slug(text: string, fallback: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  const short = plain.slice(0, LONGEST_SLUG).replace(/[^A-Za-z0-9]+$/, '')
  return short === '' || FORBIDDEN_NAMES.includes(short) ? fallback : short
}

/** Names a path by the option that it came from. */
function optionAt(path: Path, check: string): PlaceInFile {
  const words = path.filter((key) => typeof key === 'string')
  const last = words.at(-1) ?? 'key'
  if (words.length !== 2) return { label: `--${last === 'params' ? 'param' : last.replaceAll('_', '-')}`, order: 0 }
  return { label: words[0] === 'databases' ? '--url' : check, order: 0 }
}
