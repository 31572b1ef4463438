import { dirname } from 'node:path'
import { errorCode } from '../../core/errors.ts'
import type { StateProblem } from '../../core/types.ts'
import { clean } from '../../core/words/text.ts'
import { stat } from '../../io/files/fs.ts'
import type { Layout } from './layout.ts'

/** The place where a layout keeps things, as a person names it: the state directory, or the lockfile. */
export function whereOf({ place }: PlacedLayout): string {
  return 'directory' in place ? place.directory : (place.files[0] ?? '')
}

/** The same as a line of a report. */
export function placeLine(layout: PlacedLayout): string {
  return `${'directory' in layout.place ? 'state' : 'lockfile'}: ${clean(whereOf(layout))}`
}

type PlacedLayout = Pick<Layout, 'place'>

/** What is wrong where nothing can have been kept: the directory is not there, so it is hardly the one that was meant. */
export async function whyNowhere(layout: PlacedLayout): Promise<readonly StateProblem[]> {
  const isDirectory = 'directory' in layout.place
  const path = isDirectory ? whereOf(layout) : dirname(whereOf(layout))
  try {
    await stat(path)
    return []
  } catch (error) {
    // Whatever else is wrong with it is said by whoever reads there.
    if (errorCode(error) !== 'ENOENT') return []
    const message = isDirectory
      ? `there is no state directory ${clean(path)}`
      : `there is no directory ${clean(path)} for the lockfile ${clean(whereOf(layout))}`
    return [{ path, message, cure: 'name the place of the run: --state DIR or --lockfile FILE' }]
  }
}
