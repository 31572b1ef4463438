import { millisecondsInDay } from 'date-fns/constants'

/** Something that is not wrong, but ought to be known: said once a day. */
export interface Remark {
  /** what it is about: the same for the same, from run to run */
  readonly key: string
  /** one line */
  readonly text: string
}

/** When each remark was made last, by its key. */
export type Said = ReadonlyMap<string, Date>

/**
 * Which remarks are to be made now: each once a day.
 *
 * @returns those, and what has been said then; what is older than a day is forgotten
 */
export function dueRemarks(
  remarks: readonly Remark[],
  said: Said,
  now: Date,
): { readonly due: readonly Remark[]; readonly said: Said } {
  // A clock that was put back must not keep a remark from being made for ever.
  const isFresh = (at: Date): boolean => Math.abs(now.getTime() - at.getTime()) < millisecondsInDay
  const fresh = new Map([...said].filter(([, at]) => isFresh(at)))
  const due = [...new Map(remarks.map((remark) => [remark.key, remark])).values()].filter(({ key }) => !fresh.has(key))
  return { due, said: new Map([...fresh, ...due.map(({ key }) => [key, now] as const)]) }
}
