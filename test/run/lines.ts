import { textOf } from './life.ts'

/** One message that a notifier was given. */
export interface Given {
  readonly at: Date
  readonly notifier: string
  /** its headlines, joined by `; ` */
  readonly words: string
  /** the notifier has said that it took it */
  readonly isSure: boolean
}

/** What was given, as the list of the week has it: several notifiers that were given the same stand in one line. */
export function linesOf(given: readonly Given[]): readonly string[] {
  const lines = new Map<string, { readonly head: string; readonly words: string; readonly who: string[] }>()
  for (const { at, notifier, words, isSure } of given) {
    const head = textOf(at)
    const line = lines.get(`${head} ${words}`) ?? { head, words, who: [] }
    line.who.push(`${notifier}${isSure ? '' : '?'}`)
    lines.set(`${head} ${words}`, line)
  }
  return [...lines.values()].map(({ head, words, who }) => `${head} ${who.toSorted().join(', ')}: ${words}`)
}
