import { createHash } from 'node:crypto'
import { parseDuration } from '../core/duration.ts'
import { UsageError } from '../core/errors.ts'
import { clean } from '../core/text.ts'
import type { Config } from './config.ts'
import { parseConfig } from './schema.ts'
import { FORBIDDEN_NAMES, mayHoldPassword, type Path, type Place } from './tree.ts'
import { show } from './values.ts'

/** What the command line says, each as it was written; `key` and `to` may be given several times. */
export interface OneLineOptions {
  readonly url?: string | undefined
  readonly key?: readonly string[] | undefined
  readonly table?: string | undefined
  readonly keyColumn?: string | undefined
  readonly valueColumn?: string | undefined
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
}

/** What the notifier of the one-line form is called. */
const ONE_LINE_NOTIFIER = 'mail'

/** A key, and the limit that was written behind it. */
interface Watched {
  readonly key: string
  readonly critical?: string
}

const DEFAULT_TABLE = 'runtime_info'
const LONGEST_SLUG = 57

/**
 * Makes a configuration of a command line, by the same rules as a file's.
 *
 * @throws UsageError where options are missing or do not go together
 * @throws ConfigError with every value that is wrong, by option
 */
export function parseOneLine(options: OneLineOptions, { database, origin }: OneLineContext): Config {
  const watched = (options.key ?? []).map((written) => readKey(written, options))
  assertTogether(options, watched)
  const name = slug(database.name, 'database')
  const checks = watched.map((one) => {
    const unique = { identity: database.identity, table: options.table ?? DEFAULT_TABLE, key: one.key }
    return [options.name ?? nameOf(unique), checkEntry(one, { options, database: name })] as const
  })
  return parseConfig({
    raw: {
      ...given({ instance: options.instance, timezone: options.timezone }),
      databases: { [name]: given({ url: options.url, unreachable: options.unreachable }) },
      ...(options.to === undefined || options.to.length === 0 ? {} : { notifiers: mailEntry(options) }),
      checks: Object.fromEntries(checks),
    },
    origin,
    mayLackUrl: true,
    place: placeOf,
    problems: [],
    remarks: [],
    secrets: [],
    passwords: new Map(),
  })
}

/**
 * Reads `last_alive` or `last_alive=10m`; what stands after the last `=` is the limit, so that a key with such a
 * character needs one.
 */
function readKey(written: string, { warning, critical }: OneLineOptions): Watched {
  const at = written.lastIndexOf('=')
  const key = at < 0 ? written : written.slice(0, at)
  const limit = at < 0 ? undefined : written.slice(at + 1)
  if (key.trim() === '') throw new UsageError('--key is empty; write the key of the row to watch, such as last_alive')
  if (limit !== undefined && parseDuration(limit) === undefined) {
    throw new UsageError(`--key: ${show(limit)} behind the = is not a duration; write --key ${shownKey(key)}=10m`)
  }
  if (limit === undefined && warning === undefined && critical === undefined) {
    throw new UsageError(`--key ${shownKey(key)} has no limit; write --critical 10m, say`)
  }
  return { key, ...(limit === undefined ? {} : { critical: limit }) }
}

function shownKey(key: string): string {
  return mayHoldPassword(key) ? '<url>' : clean(key)
}

function assertTogether(options: OneLineOptions, watched: readonly Watched[]): void {
  if (watched.length === 0) throw new UsageError('there is nothing to watch; write --key last_alive, say')
  const twice = watched.find(({ key }, i) => watched.findIndex((other) => other.key === key) < i)
  if (twice !== undefined) throw new UsageError(`--key ${shownKey(twice.key)} is given twice; write it once`)
  for (const option of ['name', 'lockfile'] as const) {
    if (options[option] === undefined || watched.length === 1) continue
    throw new UsageError(`--${option} goes with one --key only; write one line for each, or leave it out`)
  }
  for (const option of ['from', 'smtp', 'sendmail'] as const) {
    if (options[option] === undefined || (options.to ?? []).length > 0) continue
    throw new UsageError(`--${option} is there, but nobody to tell; write --to alert@domain.tld`)
  }
}

function mailEntry({ to, from, smtp, sendmail }: OneLineOptions) {
  return { [ONE_LINE_NOTIFIER]: { mail: given({ to, from, smtp, sendmail }) } }
}

function checkEntry(
  { key, critical }: Watched,
  { options, database }: { readonly options: OneLineOptions; readonly database: string },
) {
  return given({
    database,
    key,
    table: options.table,
    key_column: options.keyColumn,
    value_column: options.valueColumn,
    warning: options.warning,
    critical: critical ?? options.critical,
    missing: options.missing,
    future_tolerance: options.futureTolerance,
    clock: options.clock,
    unit: options.unit,
    stored_in: options.storedIn,
    failures: options.failures,
    recoveries: options.recoveries,
    remind: options.remind,
    alive_interval: options.aliveInterval,
  })
}

function given(entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

function nameOf({ identity, table, key }: { identity: string; table: string; key: string }): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([identity, table, key]))
    .digest('hex')
  return `${slug(key, 'key')}-${hash.slice(0, 6)}`
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
  if (words.length !== 2) return { label: `--${last.replaceAll('_', '-')}`, order: 0 }
  return { label: words[0] === 'databases' ? '--url' : '--name', order: 0 }
}
