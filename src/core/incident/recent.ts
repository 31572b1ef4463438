/**
 * How the last runs were, the oldest first: `x` for a bad one, `-` for a good one. It begins with a bad one: what is not
 * known counts as good.
 */
export type Recent = string

export const RECENT = /^(?:x[x-]*)?$/

/** @param of how many runs are looked at */
export function recentAfter(before: Recent, isBad: boolean, of: number): Recent {
  return `${before}${isBad ? 'x' : '-'}`.slice(-of).replace(/^-+/, '')
}

export function badIn(recent: Recent): number {
  return recent.replaceAll('-', '').length
}
