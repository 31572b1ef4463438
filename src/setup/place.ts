import { dirname } from 'node:path'
import { errorCode } from '../core/errors.ts'
import type { StateProblem } from '../core/types.ts'
import { clean } from '../core/words/text.ts'
import { stat } from '../io/files/fs.ts'

/** Where it is remembered what has been: in a state directory, or beside a lockfile. */
export interface Place {
  readonly kind: 'directory' | 'lockfile'
  /** as a person names it */
  readonly path: string
  /** a directory that is made for a lockfile where it is not there */
  readonly within?: string
}

/** A place as a line of a report. */
export function placeLine({ kind, path }: Place): string {
  return `${kind === 'directory' ? 'state' : kind}: ${clean(path)}`
}

/** What is wrong where nothing can have been kept: the directory is not there, so it is hardly the one that was meant. */
export async function whyNowhere({ kind, path: named }: Place): Promise<readonly StateProblem[]> {
  const path = kind === 'directory' ? named : dirname(named)
  try {
    await stat(path)
    return []
  } catch (error) {
    // Whatever else is wrong with it is said by whoever reads there.
    if (errorCode(error) !== 'ENOENT') return []
    const message =
      kind === 'directory'
        ? `there is no state directory ${clean(path)}`
        : `there is no directory ${clean(path)} for the lockfile ${clean(named)}`
    return [{ path, message, cure: 'name the place of the run: --state DIR or --lockfile FILE' }]
  }
}
