import { optional } from '../shape/quick.ts'
import { child, type Path, type Problem } from '../shape/tree.ts'
import { text, textLike } from '../shape/values.ts'
import { parseJsonPath } from './json-path.ts'

/** The keys that say where in a value the time or the number is. */
export const EXTRACTION = {
  json: optional(() =>
    textLike(/^\$/, {
      about: 'where in a JSON value the time is',
      example: '$.worker.seen',
      wrong: 'is not a JSON path',
    }),
  ),
  pattern: optional(() =>
    text({
      about: 'a regular expression whose one group finds the time in a text',
      example: String.raw`seen=(\d+)`,
    }),
  ),
}

export function extractionProblems(entry: unknown, path: Path): readonly Problem[] {
  const [json, pattern] = [child(entry, 'json'), child(entry, 'pattern')]
  const isWrongPath = typeof json === 'string' && json.startsWith('$') && parseJsonPath(json) === undefined
  const groups = typeof pattern === 'string' && pattern.trim() !== '' ? groupsOf(pattern) : 1
  const wanted = String.raw`write one pair of brackets around it, as in seen=(\d+)`
  return [
    ...(isWrongPath
      ? [{ path: [...path, 'json'], text: "is not a JSON path; write $.name, $['a name'] or $[0]" }]
      : []),
    ...(groups === undefined
      ? [{ path: [...path, 'pattern'], text: 'is not a regular expression; put a \\ before what is meant as it is' }]
      : []),
    ...(groups === undefined || groups === 1
      ? []
      : [{ path: [...path, 'pattern'], text: `has ${groups} groups; ${wanted}` }]),
  ]
}

/** Undefined if it is not a regular expression. */
function groupsOf(pattern: string): number | undefined {
  try {
    // The empty alternative always matches, and the match has all groups.
    return (new RegExp(`|${pattern}`).exec('')?.length ?? 1) - 1
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
