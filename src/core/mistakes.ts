import { clean, fewOf } from './words/text.ts'

/** How many of the checks that are not read are told. */
const NAMES_TOLD = 10

/** Something that is wrong in the configuration. */
export interface Mistake {
  /** the same for the same mistake, wherever its line moves to */
  readonly identity: string
  /** one line: file, line, what is wrong, what to write */
  readonly words: string
  /** what it stands in: `checks.NAME`, `databases.NAME`, `notifiers.NAME`, `defaults` …; empty for a whole file */
  readonly of: string
}

/** What the verdict on the configuration has, and no other. */
export interface OfConfiguration {
  readonly mistakes?: readonly Mistake[]
  /** names of the checks that are not read because of them */
  readonly leftOut?: readonly string[]
}

/** The identities of mistakes, as they are remembered of who was told. */
export function identitiesOf(mistakes: readonly Mistake[] = []): readonly string[] {
  return mistakes.map(({ identity }) => identity)
}

/** Whether there is a mistake among these that is not known yet. Fewer are no news. */
export function addsMistakes(mistakes: readonly Mistake[] = [], known: readonly string[] = []): boolean {
  if (mistakes.length === 0) return false
  const heard = new Set(known)
  return mistakes.some(({ identity }) => !heard.has(identity))
}

/** The checks that are not read because of the mistakes, as an incident keeps them: those that are told, and their number. */
export function notReadFor({ leftOut = [] }: OfConfiguration): { readonly notRead?: string } {
  return leftOut.length === 0 ? {} : { notRead: clean(fewOf(leftOut, NAMES_TOLD)) }
}
