import type { NotifierKind } from '../../core/notifier-kind.ts'
import { fieldProblems } from '../../core/shape/combination.ts'
import { at, child, isMapping, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { FIELDS } from '../../core/words/template.ts'

/** Keys of an entry that are no way of telling. */
const OTHERS = ['group', 'subject']

/** What is wrong between the parts of a notifier's entry, each of which may be right. */
export function notifierProblems(raw: unknown, name: string, kinds: readonly NotifierKind[]): readonly Problem[] {
  const path = ['notifiers', name]
  const entry = at(raw, path)
  if (!isMapping(entry)) return []
  return [
    ...kindProblems(entry, path, kinds),
    ...fieldProblems(child(entry, 'subject'), FIELDS, [...path, 'subject']),
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
