import type { NotifierKind, NotifierLine } from '../../core/notifier-kind.ts'
import { fieldProblems } from '../../core/shape/combination.ts'
import { at, child, isMapping, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { SUBJECT_FIELDS } from '../../core/words/template.ts'

/** Keys of an entry that are no way of telling. */
const OTHERS = ['group', 'subject']

/** Loads those kinds that entries name: all, where an entry is not clear, since what is said of it names them. */
export async function notifierKindsIn(raw: unknown, lines: readonly NotifierLine[]): Promise<readonly NotifierKind[]> {
  const notifiers = child(raw, 'notifiers')
  const words = namesIn(notifiers).map((name) => namesIn(child(notifiers, name)))
  const known = new Set(lines.map(({ key }) => key))
  const isClear = words.every(
    (keys) => keys.some((key) => known.has(key)) && keys.every((key) => known.has(key) || OTHERS.includes(key)),
  )
  const used = isClear ? lines.filter(({ key }) => words.some((keys) => keys.includes(key))) : lines
  return await Promise.all(used.map((line) => line.load()))
}

/** What is wrong between the parts of a notifier's entry, each of which may be right. */
export function notifierProblems(raw: unknown, name: string, kinds: readonly NotifierKind[]): readonly Problem[] {
  const path = ['notifiers', name]
  const entry = at(raw, path)
  if (!isMapping(entry)) return []
  return [
    ...kindProblems(entry, path, kinds),
    ...fieldProblems(child(entry, 'subject'), SUBJECT_FIELDS, [...path, 'subject']),
    ...kinds.flatMap((kind) => {
      const own = child(entry, kind.key)
      return own === undefined ? [] : (kind.problems?.(own, [...path, kind.key]) ?? [])
    }),
  ]
}

function kindProblems(entry: object, path: Path, kinds: readonly NotifierKind[]): readonly Problem[] {
  const known = kinds.map(({ key }) => key)
  const own = known.filter((key) => child(entry, key) !== undefined)
  if (own.length > 1) {
    return [{ path, text: `has several ways of telling, ${own.join(' and ')}; write a notifier for each` }]
  }
  // What is misspelt is reported as such.
  const isMeant = namesIn(entry).some((key) => !OTHERS.includes(key))
  if (own.length === 1 || isMeant) return []
  const written = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
  return [{ path, text: `says no way of telling; write ${written} below it` }]
}
