/** Statuses of answers, both ends included. */
export type Statuses = readonly (readonly [from: number, to: number])[]

/** What an answer has where all is well. */
export const SUCCESS: Statuses = [[200, 299]]

/**
 * Reads statuses as they are written: `204`, `200-299`, or a list of these.
 *
 * @returns undefined where one of them is none
 */
export function parseStatuses(written: unknown): Statuses | undefined {
  const all = Array.isArray(written) ? written : [written]
  const parsed = all.map((one) => {
    const [, from, to = from] = /^\s*([1-5]\d\d)\s*(?:-\s*([1-5]\d\d)\s*)?$/.exec(String(one)) ?? []
    return [Number(from), Number(to)] as const
  })
  return parsed.length > 0 && parsed.every(([from, to]) => from <= to) ? parsed : undefined
}

export function isAmong(status: number, statuses: Statuses): boolean {
  return statuses.some(([from, to]) => status >= from && status <= to)
}

/** Such as `204 or 300-399`. */
export function formatStatuses(statuses: Statuses): string {
  return statuses.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' or ')
}
