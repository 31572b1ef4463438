import { adviceOn } from '../words/advice.ts'
import { unknownFields } from '../words/template.ts'
import { child, isMapping, mapTexts, type Path, type Problem } from './tree.ts'

export function urlProblems(entry: unknown, path: Path, example: string): readonly Problem[] {
  if (!isMapping(entry)) return []
  const isMissing = child(entry, 'url') === undefined && child(entry, 'url_file') === undefined
  if (isMissing) return [{ path: [...path, 'url'], text: `is missing; write ${example}` }]
  return besideProblems(entry, path, ['url_file', 'url'])
}

/** Two keys that exclude each other; the first one is reported. */
export function besideProblems(
  entry: unknown,
  path: Path,
  [key, other]: readonly [string, string],
): readonly Problem[] {
  if (child(entry, key) === undefined || child(entry, other) === undefined) return []
  return [{ path: [...path, key], text: `stands beside ${other}; remove one of them` }]
}

/** A password without the key that it is for. */
export function lonePasswordProblems(entry: unknown, path: Path, needed: string): readonly Problem[] {
  if (child(entry, 'password_file') === undefined || child(entry, needed) !== undefined) return []
  return [{ path: [...path, 'password_file'], text: `goes with ${needed}; leave it out` }]
}

/** Names in braces that are not fields. */
export function fieldProblems(tree: unknown, fields: object, path: Path): readonly Problem[] {
  const problems: Problem[] = []
  const known = Object.keys(fields)
  mapTexts(
    tree,
    (text, place) => {
      const [unknown] = unknownFields(text, fields)
      if (unknown === undefined) return text
      problems.push({ path: place, text: `there is no field {${unknown}}; ${adviceOn(unknown, known)}` })
      return text
    },
    path,
  )
  return problems
}
