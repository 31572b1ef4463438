import { parseJsonPath } from '../../core/find/json-path.ts'
import { partsOfKey } from '../../core/find/key-pattern.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'

/** How many rows are read where max_rows does not say. */
export const MOST_ROWS = 10_000

/** What names a check's place: one of these. */
const PLACES = ['key', 'query', 'rows'] as const

/** Keys that mean something with some places, or measures, only. */
const NEEDS: readonly (readonly [key: string, isFitting: (entry: unknown) => boolean, needs: string])[] = [
  ...['table', 'key_column', 'value_column'].map((key) => [key, (entry: unknown) => has(entry, 'key'), 'key'] as const),
  ['params', (entry) => has(entry, 'query') || has(entry, 'rows'), 'query or rows'],
  ...['judge', 'expect', 'vanished', 'min_rows', 'max_rows'].map(
    (key) => [key, isMany, 'many rows: rows, or a key with a * in it'] as const,
  ),
  ...['expires', 'unit', 'stored_in', 'clock', 'future_tolerance'].map(
    (key) => [key, (entry: unknown) => child(entry, 'measure') !== 'number', 'measure: age'] as const,
  ),
]

/** What is wrong with where a check looks, and with what it looks for there. */
export function placeProblems(entry: unknown, path: Path): readonly Problem[] {
  const places = PLACES.filter((place) => has(entry, place))
  const [, second] = places
  return [
    ...(places.length === 0 ? [{ path, text: NO_PLACE }] : []),
    ...(second === undefined
      ? []
      : [{ path: [...path, second], text: `stands beside ${places[0]}; remove one of them` }]),
    ...NEEDS.filter(([key, isFitting]) => places.length > 0 && has(entry, key) && !isFitting(entry)).map(
      ([key, , needs]) => ({ path: [...path, key], text: `goes with ${needs}; leave it out` }),
    ),
    ...extractionProblems(entry, path),
    ...rowProblems(entry, path),
  ]
}

const NO_PLACE = 'does not say what to look at; write key: last_alive, query: SELECT … or rows: SELECT …'

function has(entry: unknown, key: string): boolean {
  return child(entry, key) !== undefined
}

function isMany(entry: unknown): boolean {
  const key = child(entry, 'key')
  return has(entry, 'rows') || (typeof key === 'string' && partsOfKey(key).length > 1)
}

function extractionProblems(entry: unknown, path: Path): readonly Problem[] {
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

/** Undefined where it is no regular expression. */
function groupsOf(pattern: string): number | undefined {
  try {
    // Matches nothing at all, whatever the pattern is, and says how many groups there are.
    return (new RegExp(`|${pattern}`).exec('')?.length ?? 1) - 1
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function rowProblems(entry: unknown, path: Path): readonly Problem[] {
  const [least, most] = [Number(child(entry, 'min_rows')), Number(child(entry, 'max_rows') ?? MOST_ROWS)]
  return least > most ? [{ path: [...path, 'min_rows'], text: `is above max_rows, ${most}; write less` }] : []
}
