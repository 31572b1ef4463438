/** Adds to a list what may be of any length: spread into arguments, some hundred thousand would be too many. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one)
}

/** The largest of some figures, however many there are; `least` of none. */
export function largest(figures: Iterable<number>, least: number): number {
  let found = least
  for (const figure of figures) if (figure > found) found = figure
  return found
}

/** The smallest of some figures, however many there are; `most` of none. */
export function smallest(figures: Iterable<number>, most: number): number {
  let found = most
  for (const figure of figures) if (figure < found) found = figure
  return found
}
