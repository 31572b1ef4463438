/** Adds to a list. Spreading a few hundred thousand items into arguments would fail. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one)
}

/** `least` if there are none. */
export function largest(figures: Iterable<number>, least: number): number {
  let found = least
  for (const figure of figures) if (figure > found) found = figure
  return found
}

/** `most` if there are none. */
export function smallest(figures: Iterable<number>, most: number): number {
  let found = most
  for (const figure of figures) if (figure < found) found = figure
  return found
}
