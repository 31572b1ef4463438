import { dirname, join } from 'node:path'
import { errorCode, StateError } from '../../core/errors.ts'
import { chmod, lstat, rename, unlink } from './fs.ts'
import { whyNot, writeNew } from './safe-file.ts'

const ELSEWHERE = 'name another file with --output'

/** Everybody may read it: a collector of metrics is another user. */
const MODE = 0o644

/**
 * Replaces a file that others read as a whole: whoever reads finds the old text or the new one, never half of it. Several
 * may do so at once: the last one wins.
 *
 * Only what is a file is replaced: no link of either kind, and no device, in whose place there would be a file.
 *
 * @throws StateError
 */
export async function replacePublic(path: string, text: string): Promise<void> {
  // A name of its own, as two runs may be at it; with a dot and another ending, so that no collector reads it.
  const temporary = join(dirname(path), `.lastalive-${crypto.randomUUID()}.tmp`)
  try {
    await refuseOther(path)
    await writeNew(temporary, text)
    // The mode of a new file is what the umask leaves of it.
    await chmod(temporary, MODE)
    await rename(temporary, path)
  } catch (error) {
    if (error instanceof StateError) throw error
    // Why it could not be written is what counts, and not whether there was something to remove.
    await unlink(temporary).catch(() => undefined)
    throw new StateError(`cannot write ${path}: ${whyNot(error, ELSEWHERE)}`, { path, cause: error })
  }
}

async function refuseOther(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined || (found.isFile() && found.nlink === 1)) return
  const why = found.isFile() ? 'it has another name as well (a hard link)' : 'it is not a regular file'
  throw new StateError(`cannot write ${path}: ${why}; ${ELSEWHERE}`, { path })
}
