import { sha256 } from '../../core/sha256.ts'
import type { WatchOptions } from './options.ts'

/**
 * A text that stays the same as long as a line is the same line. It is made from where the line looks and from its name
 * or lockfile. Limits and recipients may change while something is open, and the SQL of a named line too: its end must
 * still be told.
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
    // The URL cannot be read, so the lockfile is not claimed for any database.
    if (identity === undefined) return `lockfile:${lockfile}`
    return `lockfile:${lockfile}#${shortHash([identity, ...columns, keys, hasSql])}`
  }
  return `line:${shortHash([identity ?? '', ...columns, keys, name ?? '', ...(isPlain || name !== undefined ? [] : [details])])}`
}

export function shortHash(place: readonly unknown[]): string {
  return sha256(JSON.stringify(place)).slice(0, 20)
}
