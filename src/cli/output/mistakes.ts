import type { Verdict } from '../../core/types.ts'
import { clean, shorten } from '../../core/words/text.ts'

/** How much of the names is shown, in characters: there may be thousands. */
const LONGEST = 1_000

/** What stands below the row of the configuration, a line each: all mistakes where there are several, and what is not read. */
export function mistakesOf({ mistakes = [], leftOut = [] }: Verdict): readonly string[] {
  const each = mistakes.length < 2 ? [] : mistakes.map(({ words }) => `  ${words}`)
  const notRead = leftOut.length === 0 ? [] : [`  not read: ${shorten(clean(leftOut.join(', ')), LONGEST)}`]
  return [...each, ...notRead]
}
