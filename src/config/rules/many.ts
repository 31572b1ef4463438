import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { measured } from './kind-of.ts'

/** How many rows are read where max_rows does not say. */
export const MOST_ROWS = 10_000

/** Keys that mean something where a check reads many items. */
const OF_MANY = ['judge', 'expect', 'vanished', 'min_rows', 'max_rows']
/** Keys that mean something where a time is read. */
const OF_TIMES = ['expires', 'unit', 'stored_in', 'clock', 'future_tolerance']

/** What is wrong with keys that go with what a check reads. */
export function fittingProblems(entry: unknown, path: Path, kind: SourceKind): readonly Problem[] {
  const measure = measured(entry, kind)
  const idle = (keys: readonly string[], needs: string): readonly Problem[] =>
    keys
      .filter((key) => child(entry, key) !== undefined)
      .map((key) => ({ path: [...path, key], text: `goes with ${needs}; leave it out` }))
  return [
    ...(kind.isMany?.(entry) === true ? [] : idle(OF_MANY, 'many rows: rows, or a key with a * in it')),
    ...(measure === 'amount' ? idle(OF_TIMES, 'measure: age') : []),
    ...movementProblems(entry, path, kind),
    ...rowProblems(entry, path),
  ]
}

/** What is wrong with how the value's movement is judged. */
function movementProblems(entry: unknown, path: Path, kind: SourceKind): readonly Problem[] {
  const [by, per] = [child(entry, 'by'), child(entry, 'per')]
  const odd = by === 'change' ? OF_WRITTEN_TIMES.find((key) => child(entry, key) !== undefined) : undefined
  const isJudged = by !== undefined && measured(entry, kind) === undefined
  return [
    ...(isJudged
      ? [{ path: [...path, 'by'], text: 'goes with a value that is read, and this check reads none; leave it out' }]
      : []),
    ...(odd === undefined
      ? []
      : [{ path: [...path, odd], text: 'goes with the age of a time, and by: change takes any value; leave it out' }]),
    ...(by === 'rate' && per === undefined ? [{ path, text: 'has by: rate and no time; write per: 10m, say' }] : []),
    ...(by !== 'rate' && per !== undefined
      ? [{ path: [...path, 'per'], text: 'goes with by: rate; leave it out' }]
      : []),
  ]
}

/** Keys that say how a written time is read. */
const OF_WRITTEN_TIMES = ['expires', 'unit', 'stored_in', 'clock', 'future_tolerance', 'schedule']

function rowProblems(entry: unknown, path: Path): readonly Problem[] {
  const [least, most] = [Number(child(entry, 'min_rows')), Number(child(entry, 'max_rows') ?? MOST_ROWS)]
  return least > most ? [{ path: [...path, 'min_rows'], text: `is above max_rows, ${most}; write less` }] : []
}
