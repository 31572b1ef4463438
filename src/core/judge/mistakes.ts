import { clean, fewOf } from '../words/text.ts'

const NAMES_TOLD = 10

/** A mistake in the configuration. */
export interface Mistake {
  /** stays the same when its line moves */
  readonly identity: string
  /** one line: file, line, what is wrong, what to write */
  readonly words: string
  /** where it is: `checks.NAME`, `databases.NAME`, `notifiers.NAME`, `defaults` …; empty for a whole file */
  readonly of: string
}

/** Only the verdict on the configuration has these. */
export interface OfConfiguration {
  readonly mistakes?: readonly Mistake[]
  /** the checks that are not read because of the mistakes */
  readonly leftOut?: readonly string[]
}

/** What a recipient's record keeps of mistakes. */
export function identitiesOf(mistakes: readonly Mistake[] = []): readonly string[] {
  return mistakes.map(({ identity }) => identity)
}

/** Whether one of these mistakes is new. Fewer mistakes are not news. */
export function addsMistakes(mistakes: readonly Mistake[] = [], known: readonly string[] = []): boolean {
  if (mistakes.length === 0) return false
  const heard = new Set(known)
  return mistakes.some(({ identity }) => !heard.has(identity))
}

/** The checks that are not read, as an incident keeps them: the first names, and how many more. */
export function notReadFor({ leftOut = [] }: OfConfiguration): { readonly notRead?: string } {
  return leftOut.length === 0 ? {} : { notRead: clean(fewOf(leftOut, NAMES_TOLD)) }
}
