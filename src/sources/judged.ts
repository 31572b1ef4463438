import { child, type Path, type Problem } from '../core/shape/tree.ts'

/** Keys that mean something where a time or a number is read. */
const OF_VALUES = ['warning', 'critical', 'expires', 'missing', 'unit', 'stored_in', 'clock', 'future_tolerance']

/**
 * What is wrong with a check whose source judges by itself: limits, which nothing would ever be held against.
 *
 * @param instead what to write where a time or a number is meant
 */
export function judgedProblems(entry: unknown, path: Path, instead: string): readonly Problem[] {
  return OF_VALUES.filter((key) => child(entry, key) !== undefined).map((key) => ({
    path: [...path, key],
    text: `goes with a time or a number; ${instead}`,
  }))
}
