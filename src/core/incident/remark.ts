import { millisecondsInDay } from 'date-fns/constants'

/** Something that is not wrong, but worth knowing. Made once a day. */
export interface Remark {
  /** the same for the same remark in each run */
  readonly key: string
  /** one line */
  readonly text: string
}

/** When each remark was last made, by its key. */
export type Said = ReadonlyMap<string, Date>

/**
 * Chooses the remarks to make now, each once a day.
 *
 * @returns those, and what has been said then, without what is older than a day
 */
export function dueRemarks(
  remarks: readonly Remark[],
  said: Said,
  now: Date,
): { readonly due: readonly Remark[]; readonly said: Said } {
  // If the clock was put back, a remark must not wait for ever.
  const isFresh = (at: Date): boolean => Math.abs(now.getTime() - at.getTime()) < millisecondsInDay
  const fresh = new Map([...said].filter(([, at]) => isFresh(at)))
  const due = [...new Map(remarks.map((remark) => [remark.key, remark])).values()].filter(({ key }) => !fresh.has(key))
  return { due, said: new Map([...fresh, ...due.map(({ key }) => [key, now] as const)]) }
}
