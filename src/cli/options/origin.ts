import { sha256 } from '../../core/sha256.ts'
import type { WatchOptions } from './options.ts'

/**
 * Where the line looks and what it is called, but not its limits and recipients: who edits those while something is
 * open must still hear that it is over, and so must who edits the SQL of a line that has a name. With a lockfile that
 * is what it is called.
 */
export function oneLineOrigin(
  options: Omit<WatchOptions, 'lockfile'> & { readonly lockfile: string | undefined },
  identity: string | undefined,
): string {
  const { lockfile, table, keyColumn, valueColumn, key = [], query, rows, param, json, pattern, name } = options
  const keys = key.map((text) => text.replace(/=[^=]*$/, '')).toSorted()
  const columns = [table ?? 'runtime_info', keyColumn ?? 'rt_key', valueColumn ?? 'rt_value']
  const details = { query, rows, param, json, pattern }
  const isPlain = Object.values(details).every((detail) => detail === undefined)
  if (lockfile !== undefined) {
    const hasSql = query !== undefined || rows !== undefined
    // What a line looks at that cannot be read is not known: its lockfile is left to whoever knows.
    if (identity === undefined) return `lockfile:${lockfile}`
    return `lockfile:${lockfile}#${shortHash([identity, ...columns, keys, hasSql])}`
  }
  return `line:${shortHash([identity ?? '', ...columns, keys, name ?? '', ...(isPlain || name !== undefined ? [] : [details])])}`
}

/** A name for what has many parts. */
export function shortHash(place: readonly unknown[]): string {
  return sha256(JSON.stringify(place)).slice(0, 20)
}
