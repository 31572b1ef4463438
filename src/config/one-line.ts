import { hash } from 'node:crypto'
import { UsageError } from '../core/errors.ts'
import { partsOfKey } from '../core/key-pattern.ts'
import { parseLimit } from '../core/limit.ts'
import { clean } from '../core/text.ts'
import type { Config } from './config.ts'
import { parseConfig } from './schema.ts'
import { FORBIDDEN_NAMES, mayHoldPassword, type Path, type Place } from './tree.ts'
import { show } from './values.ts'
import type { Written } from './written.ts'

/** What the command line says, each as it was written; `key` and `to` may be given several times. */
export interface OneLineOptions {
  readonly url?: string | undefined
  readonly key?: readonly string[] | undefined
  readonly table?: string | undefined
  readonly keyColumn?: string | undefined
  readonly valueColumn?: string | undefined
  readonly query?: string | undefined
  readonly rows?: string | undefined
  readonly param?: readonly string[] | undefined
  readonly json?: string | undefined
  readonly pattern?: string | undefined
  readonly measure?: string | undefined
  readonly expires?: boolean | undefined
  readonly schedule?: string | undefined
  readonly grace?: string | undefined
  readonly during?: string | undefined
  readonly except?: readonly string[] | undefined
  readonly judge?: string | undefined
  readonly expect?: readonly string[] | undefined
  readonly vanished?: string | undefined
  readonly minRows?: string | undefined
  readonly maxRows?: string | undefined
  readonly skew?: string | undefined
  readonly responseWarning?: string | undefined
  readonly responseCritical?: string | undefined
  readonly warning?: string | undefined
  readonly critical?: string | undefined
  readonly missing?: string | undefined
  readonly futureTolerance?: string | undefined
  readonly clock?: string | undefined
  readonly unit?: string | undefined
  readonly storedIn?: string | undefined
  readonly unreachable?: string | undefined
  readonly aliveInterval?: string | undefined
  readonly name?: string | undefined
  readonly lockfile?: string | undefined
  readonly to?: readonly string[] | undefined
  readonly from?: string | undefined
  readonly smtp?: string | undefined
  readonly sendmail?: string | undefined
  readonly healthchecks?: string | undefined
  readonly failures?: string | undefined
  readonly recoveries?: string | undefined
  readonly remind?: string | undefined
  readonly timezone?: string | undefined
  readonly instance?: string | undefined
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
  /** reads a schedule, where there is one */
  readonly parseSchedule?: Written['parseSchedule']
}

/** What the notifier of the one-line form is called. */
const ONE_LINE_NOTIFIER = 'mail'

/** What is watched: a key, with the limit that was written behind it, or a query. */
type Watched =
  | { readonly key: string; readonly critical?: string }
  | { readonly query: string }
  | { readonly rows: string }

const DEFAULT_TABLE = 'runtime_info'
const LONGEST_SLUG = 57

/**
 * Makes a configuration of a command line, by the same rules as a file's.
 *
 * @throws UsageError where options are missing or do not go together
 * @throws ConfigError with every value that is wrong, by option
 */
export function parseOneLine(options: OneLineOptions, context: OneLineContext): Config {
  const { database, parseSchedule } = context
  const watched = watchedIn(options)
  assertTogether(options, watched)
  const name = slug(database.name, 'database')
  const checks = watched.map((one) => {
    const unique = { identity: database.identity, options, watched: one }
    return [options.name ?? nameOf(unique), checkEntry(one, { options, database: name })] as const
  })
  return parseConfig({
    raw: {
      ...given({ instance: options.instance, timezone: options.timezone, healthchecks: options.healthchecks }),
      databases: { [name]: databaseEntry(options) },
      ...(options.to === undefined || options.to.length === 0 ? {} : { notifiers: mailEntry(options) }),
      checks: Object.fromEntries(checks),
    },
    get origin() {
      return context.origin
    },
    mayLackUrl: true,
    edition: '',
    place: placeOf,
    problems: [],
    remarks: [],
    secrets: [],
    passwords: new Map(),
    ...(parseSchedule === undefined ? {} : { parseSchedule }),
  })
}

function watchedIn(options: OneLineOptions): readonly Watched[] {
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
    ...(options.key ?? []).map((written) => readKey(written, options)),
    ...(query === undefined ? [] : [{ query }]),
    ...(rows === undefined ? [] : [{ rows }]),
  ]
}

/**
 * Reads `last_alive` or `last_alive=10m`; what stands after the last `=` is the limit, so that a key with such a
 * character needs one.
 */
function readKey(written: string, { warning, critical, measure, expires, schedule }: OneLineOptions): Watched {
  const at = written.lastIndexOf('=')
  const key = at < 0 ? written : written.slice(0, at)
  const limit = at < 0 ? undefined : written.slice(at + 1)
  const [kind, example] = measure === 'number' ? (['amount', '100'] as const) : (['age', '10m'] as const)
  if (key.trim() === '') throw new UsageError('--key is empty; write the key of the row to watch, such as last_alive')
  if (limit !== undefined && parseLimit(limit, kind) === undefined) {
    const what = measure === 'number' ? 'a number or a range' : 'a duration'
    throw new UsageError(`--key: ${show(limit)} behind the = is not ${what}; write --key ${shownKey(key)}=${example}`)
  }
  if (
    limit === undefined &&
    warning === undefined &&
    critical === undefined &&
    expires !== true &&
    schedule === undefined
  ) {
    throw new UsageError(`--key ${shownKey(key)} has no limit; write --critical ${example}, say`)
  }
  return { key, ...(limit === undefined ? {} : { critical: limit }) }
}

function shownKey(key: string): string {
  return mayHoldPassword(key) ? '<url>' : clean(key)
}

function assertTogether(options: OneLineOptions, watched: readonly Watched[]): void {
  if (watched.length === 0) {
    throw new UsageError('there is nothing to watch; write --key last_alive, or --query or --rows with SQL')
  }
  const keys = watched.flatMap((one) => ('key' in one ? [one.key] : []))
  const twice = keys.find((key, i) => keys.indexOf(key) < i)
  if (twice !== undefined) throw new UsageError(`--key ${shownKey(twice)} is given twice; write it once`)
  if (keys.length < watched.length && watched.length > 1) {
    throw new UsageError('--key, --query and --rows exclude each other; write one line for each')
  }
  assertOneIncident(options, { count: watched.length, keys })
  for (const option of ['from', 'smtp', 'sendmail'] as const) {
    if (options[option] === undefined || (options.to ?? []).length > 0) continue
    throw new UsageError(`--${option} is there, but nobody to tell; write --to alert@domain.tld`)
  }
}

/** A name and a lockfile are those of one check, and a lockfile is that of one incident. */
function assertOneIncident(
  options: OneLineOptions,
  { count, keys }: { readonly count: number; readonly keys: readonly string[] },
): void {
  for (const option of ['name', 'lockfile'] as const) {
    if (options[option] === undefined || count === 1) continue
    throw new UsageError(`--${option} goes with one --key only; write one line for each, or leave it out`)
  }
  const hasRows = options.rows !== undefined || keys.some((key) => partsOfKey(key).length > 1)
  if (options.lockfile !== undefined && hasRows && (options.judge ?? 'each') === 'each') {
    throw new UsageError('--lockfile is one file, and each of many rows needs its own; write --state DIR')
  }
}

function mailEntry({ to, from, smtp, sendmail }: OneLineOptions) {
  return { [ONE_LINE_NOTIFIER]: { mail: given({ to, from, smtp, sendmail }) } }
}

function checkEntry(
  watched: Watched,
  { options, database }: { readonly options: OneLineOptions; readonly database: string },
) {
  return given({
    database,
    params: options.param,
    json: options.json,
    pattern: options.pattern,
    measure: options.measure,
    expires: options.expires,
    schedule: options.schedule,
    grace: options.grace,
    during: options.during,
    except: options.except,
    judge: options.judge,
    expect: options.expect,
    vanished: options.vanished,
    min_rows: options.minRows,
    max_rows: options.maxRows,
    table: options.table,
    key_column: options.keyColumn,
    value_column: options.valueColumn,
    warning: options.warning,
    critical: options.critical,
    missing: options.missing,
    future_tolerance: options.futureTolerance,
    clock: options.clock,
    unit: options.unit,
    stored_in: options.storedIn,
    failures: options.failures,
    recoveries: options.recoveries,
    remind: options.remind,
    alive_interval: options.aliveInterval,
    ...watched,
  })
}

function given(entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

/** The same for the same value: what is read, but not its limits and how it is judged. */
function nameOf({
  identity,
  options,
  watched,
}: {
  readonly identity: string
  readonly options: OneLineOptions
  readonly watched: Watched
}): string {
  const [word, subject] =
    'key' in watched ? [watched.key, [options.table ?? DEFAULT_TABLE, watched.key]] : queryOf(watched)
  const { param, json, pattern } = options
  const details = [param, json, pattern].some((detail) => detail !== undefined) ? [{ param, json, pattern }] : []
  const digits = hash('sha256', JSON.stringify([identity, ...subject, ...details]))
  return `${slug(word, 'key')}-${digits.slice(0, 6)}`
}

function databaseEntry({ url, unreachable, skew, responseWarning, responseCritical }: OneLineOptions): object {
  const response = given({ warning: responseWarning, critical: responseCritical })
  return given({ url, unreachable, skew, response: Object.keys(response).length === 0 ? undefined : response })
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
function placeOf(path: Path): Place {
  const words = path.filter((key) => typeof key === 'string')
  const last = words.at(-1) ?? 'key'
  if (words.length !== 2) return { label: `--${last === 'params' ? 'param' : last.replaceAll('_', '-')}`, order: 0 }
  return { label: words[0] === 'databases' ? '--url' : '--name', order: 0 }
}
