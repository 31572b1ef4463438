import { join } from 'node:path'
import { errorCode, StateError } from '../../core/errors.ts'
import type { StateProblem } from '../../core/types.ts'
import { readdir, stat } from '../../io/files/fs.ts'
import { isForeign } from '../../io/files/owner.ts'
import { makeDirectory, removeOwn, whyNot } from '../../io/files/safe-file.ts'
import { COUNTS_NAME, LOCKFILE_NAME, MEMORY_NAME, UNFINISHED_NAME } from './layout.ts'

/**
 * Makes a state directory where there is none, and looks whether it is ours.
 *
 * @throws StateError where it cannot be used
 */
export async function useDirectory(directory: string): Promise<void> {
  try {
    // Nearly always it is there, and to look is faster than to be refused.
    await requireOwn(directory).catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error
      await makeDirectory(directory)
      await requireOwn(directory)
    })
  } catch (error) {
    if (error instanceof StateError) throw error
    const message = `cannot use state directory ${directory}: ${whyNot(error)}`
    throw new StateError(message, { path: directory, cause: error })
  }
}

async function requireOwn(directory: string): Promise<void> {
  const { uid } = await stat(directory)
  if (!isForeign(uid)) return
  const cure = 'name one of your own with --state DIR'
  throw new StateError(`state directory ${directory} belongs to another user (uid ${uid}); ${cure}`, {
    path: directory,
  })
}

/** What a killed run left half written; of an incident that never comes again nobody would write over it. */
async function sweep(paths: readonly string[]): Promise<void> {
  // One that cannot be removed does no harm: what is written at its path says so.
  for (const path of paths) await removeOwn(path).catch(() => undefined)
}

/** What may be of use in a state directory. Names are not made, but looked for: to make them takes longer. */
interface There {
  readonly lockfiles: readonly string[]
  /** files of counts, whoever's they are */
  readonly counts: readonly string[]
  readonly hasMemory: boolean
}

/** Looks into a state directory, which is made where somebody is to write there. */
export async function filesIn(
  directory: string,
  { readOnly }: { readonly readOnly: boolean },
): Promise<There | StateProblem> {
  try {
    await (readOnly ? requireOwn(directory) : useDirectory(directory))
    const names = await readdir(directory)
    if (!readOnly) await sweep(names.filter((name) => UNFINISHED_NAME.test(name)).map((name) => join(directory, name)))
    const lockfiles = names.filter((name) => LOCKFILE_NAME.test(name)).map((name) => join(directory, name))
    const counts = names.filter((name) => COUNTS_NAME.test(name)).map((name) => join(directory, name))
    return { lockfiles, counts, hasMemory: names.some((name) => MEMORY_NAME.test(name)) }
  } catch (error) {
    if (readOnly && errorCode(error) === 'ENOENT') return { lockfiles: [], counts: [], hasMemory: false }
    if (error instanceof StateError) return { path: directory, message: error.message }
    return { path: directory, message: `cannot use state directory ${directory}: ${whyNot(error)}` }
  }
}
