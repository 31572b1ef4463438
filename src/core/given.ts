/** Those of the keys that have a value. Most of thousands of entries have few. */
export function given<T extends object, const K extends keyof T>(
  entry: T,
  keys: readonly K[],
): { [Key in K]?: Exclude<T[Key], undefined> } {
  const found: { [Key in K]?: Exclude<T[Key], undefined> } = {}
  for (const key of keys) {
    const value = entry[key]
    if (value !== undefined) found[key] = value as Exclude<T[K], undefined>
  }
  return found
}

/** Those of the entries that have a value. */
export function present<T extends object>(entries: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return given(entries, Object.keys(entries) as (keyof T)[])
}
