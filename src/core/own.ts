/**
 * What a plain object holds under a key that comes from outside. Without it a notifier called `toString`, or a variable
 * of that name, would find what every object of JavaScript has.
 */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
