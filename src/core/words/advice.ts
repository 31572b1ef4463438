import { clean, nearest } from './text.ts'

const FEW = 5

export function adviceOn(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== undefined) return `write ${clean(meant)}`
  if (known.length === 0) return 'there are none'
  const few = nearestFew(name, known).map(clean).join(', ')
  return known.length <= FEW ? `known are ${few}` : `of ${known.length} the nearest are ${few}`
}

/** The names most similar to another, the nearest first. If there are no more than `count`, all in their own order. */
export function nearestFew(name: string, known: readonly string[], count = FEW): readonly string[] {
  if (known.length <= count) return known
  const wanted = pairsOf(name)
  const alike = known.map((candidate) => ({ candidate, shared: sharedWith(wanted, candidate) }))
  return alike
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

function pairsOf(name: string): ReadonlySet<string> {
  const text = `^${name.toLowerCase()}`
  return new Set(Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)))
}

function sharedWith(wanted: ReadonlySet<string>, candidate: string): number {
  const pairs = pairsOf(candidate)
  let shared = 0
  for (const pair of pairs) if (wanted.has(pair)) shared++
  return (2 * shared) / Math.max(1, wanted.size + pairs.size)
}

const NO_BLANK = /^\s*(?:- +)?([A-Za-z_][\w.-]*):([^\s:/].*)$/

/** What is wrong with `critical:10m`, which YAML reads as one text; undefined for other texts. */
export function withoutBlank(text: string): string | undefined {
  const [, name, value = ''] = NO_BLANK.exec(text) ?? []
  return name === undefined ? undefined : `lacks a blank behind its colon; write ${name}: ${shownValue(value)}`
}

/** Shown in place of a value that may be a password. */
export const HIDDEN = '…'

/** A value that may be shown: a duration or a number is never a password. */
export function shownValue(value: string): string {
  return /^\d{1,4}(?:\.\d{1,3})?[a-z]{0,2}$/i.test(value) ? value : HIDDEN
}
