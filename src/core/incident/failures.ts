/** How many bad runs open an incident: so many in a row, or so many of the last. */
export type Failures = number | OfLast

/** It opens with `count` bad runs of the last `of`, and closes when fewer of these are bad. */
export interface OfLast {
  readonly count: number
  readonly of: number
}

/** Each run that is looked back at is kept, for each check that is bad at times. */
const MOST_LOOKED_AT = 100

/** @returns undefined where the text is neither `3` nor `3 of 5`, or no runs can be like that */
export function parseFailures(text: string): Failures | undefined {
  const [, digits, last] = /^(\d{1,6})(?:\s+of\s+(\d{1,6}))?$/.exec(text.trim()) ?? []
  const [count, of] = [Number(digits), Number(last)]
  if (last === undefined) return count > 0 ? count : undefined
  return count > 0 && count <= of && of <= MOST_LOOKED_AT ? { count, of } : undefined
}

/** What opens an incident first: the fewest bad runs, and of as many those that look back furthest. */
export function soonest(all: readonly Failures[]): Failures {
  return all.reduce((first, next) => (rankOf(next) < rankOf(first) ? next : first), Number.MAX_SAFE_INTEGER)
}

/** Of as many bad runs those that look back further come a little before: so many in a row are so many of as many. */
function rankOf(failures: Failures): number {
  return typeof failures === 'number' ? failures : failures.count - (failures.of - failures.count) / MOST_LOOKED_AT
}
