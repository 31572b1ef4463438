import { clean, nearest } from './text.ts'

/** How many names a person is shown. */
const FEW = 5

/**
 * What to write in place of a name that is not known: the one that was most likely meant, else the few that are like it
 * most. There may be ten thousand.
 */
export function adviceOn(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== undefined) return `write ${clean(meant)}`
  if (known.length === 0) return 'there are none'
  const few = nearestFew(name, known).map(clean).join(', ')
  return known.length <= FEW ? `known are ${few}` : `of ${known.length} the nearest are ${few}`
}

/** Of these names the few that are most like another, the most alike first; in their own order where there are no more. */
export function nearestFew(name: string, known: readonly string[], count = FEW): readonly string[] {
  if (known.length <= count) return known
  const wanted = pairsOf(name)
  const alike = known.map((candidate) => ({ candidate, shared: sharedWith(wanted, candidate) }))
  return alike
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** Each two letters that stand beside each other, and the first. */
function pairsOf(name: string): ReadonlySet<string> {
  const text = `^${name.toLowerCase()}`
  return new Set(Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)))
}

/** From 0 to 1. */
function sharedWith(wanted: ReadonlySet<string>, candidate: string): number {
  const pairs = pairsOf(candidate)
  let shared = 0
  for (const pair of pairs) if (wanted.has(pair)) shared++
  return (2 * shared) / Math.max(1, wanted.size + pairs.size)
}

const NO_BLANK = /^\s*(?:- +)?([A-Za-z_][\w.-]*):([^\s:/].*)$/

/** What is said of `critical:10m`, which is one text to YAML; undefined of another text. */
export function withoutBlank(text: string): string | undefined {
  const [, name, value = ''] = NO_BLANK.exec(text) ?? []
  return name === undefined ? undefined : `lacks a blank behind its colon; write ${name}: ${shownValue(value)}`
}

/** In place of a value that may be a password. */
export const HIDDEN = '…'

/** A value as it may be shown, whatever it is for: a length of time or a number is no password. */
export function shownValue(value: string): string {
  return /^\d{1,4}(?:\.\d{1,3})?[a-z]{0,2}$/i.test(value) ? value : HIDDEN
}
