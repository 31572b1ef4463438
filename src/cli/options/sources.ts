import type { Command } from 'commander'
import { UsageError } from '../../core/errors.ts'
import { SOURCES } from '../../setup/kinds.ts'
import { collect, type WatchOptions } from './options.ts'

/** The kinds that an option of their own names. A database has `--url`. */
const OTHERS = SOURCES.filter(({ key }) => key !== 'database')

/** What a check can look at in place of a database, on the command line. */
export function addSourceOptions(command: Command): Command {
  if (OTHERS.length === 0) return command
  const grouped = command.optionsGroup('A check of something else than a database:')
  for (const { key, value, about } of OTHERS) grouped.option(`--${key} ${value}`, about)
  return grouped.option(
    '--with <key=value>',
    'a further key of the check, as a file would have it: --with status=204, or --with field=beat of Redis; may be repeated',
    collect,
  )
}

/** Those of the options that name something else than a database, by their names. */
export function sourceOptionsIn(options: WatchOptions): readonly string[] {
  const written: Readonly<Record<string, unknown>> = { ...options }
  return [...OTHERS.map(({ key }) => key), 'with'].filter((name) => written[name] !== undefined)
}

/**
 * What an option names that is no database, with what stands behind it and the further keys of the check.
 *
 * @returns undefined where it is a database
 * @throws UsageError where several do, or `--with` belongs to nothing
 */
export function otherSourceIn(options: WatchOptions) {
  const written: Readonly<Record<string, unknown>> = { ...options }
  const [line, second] = OTHERS.filter(({ key }) => written[key] !== undefined)
  if (second !== undefined) {
    throw new UsageError(`--${line?.key} and --${second.key} exclude each other; write one line for each`)
  }
  if (line !== undefined) return { line, value: String(written[line.key]), keys: options.with ?? [] }
  const isDatabase = [options.url, options.key, options.query, options.rows].some((one) => one !== undefined)
  if (options.with === undefined || isDatabase) return undefined
  const known = OTHERS.map(({ key }) => `--${key}`).join(', ')
  throw new UsageError(`--with adds a key to a check; write it beside --key, or one of ${known}`)
}
