import { UsageError } from '../core/errors.ts'
import type { Path, Problem } from '../core/shape/tree.ts'

/** What a value makes; undefined, and a problem at its path, where it cannot be used. */
export async function unlessWrong<T>(
  problems: Problem[],
  path: Path,
  make: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    problems.push({ path: error.key === undefined ? path : [...path, error.key], text: error.message })
    return undefined
  }
}
