import type { Verdict } from '../../core/types.ts'
import { clean, shorten } from '../../core/words/text.ts'

/** In characters: there may be thousands of names. */
const LONGEST = 1_000

/**
 * The lines below the verdict on the configuration: all mistakes if there are several, and the checks that are not
 * read.
 */
export function mistakesOf({ mistakes = [], leftOut = [] }: Verdict): readonly string[] {
  const each = mistakes.length < 2 ? [] : mistakes.map(({ words }) => `  ${words}`)
  const notRead = leftOut.length === 0 ? [] : [`  not read: ${shorten(clean(leftOut.join(', ')), LONGEST)}`]
  return [...each, ...notRead]
}
