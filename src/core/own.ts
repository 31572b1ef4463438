/** Whoever promises an object in its types may break them: what comes from outside is looked at. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/**
 * An own property of a plain object, for a key from outside. Otherwise a notifier called `toString` would find what
 * every object of JavaScript has.
 */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
