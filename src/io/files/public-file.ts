import { dirname, join } from 'node:path'
import { errorCode, StateError } from '../../core/errors.ts'
import { chmod, lstat, rename, unlink } from './fs.ts'
import { whyNot, writeNew } from './safe-file.ts'

/** What to do, where the caller does not say it. */
const ELSEWHERE = 'name another file with --output'

/** Everybody may read it: a collector of metrics is another user. */
const MODE = 0o644

/**
 * Replaces a file that others read. A reader finds the old text or the new one, never half of it. If several write at
 * once, the last one wins.
 *
 * Only a regular file is replaced, no link and no device: a file would take their place.
 *
 * @throws StateError
 */
export async function replacePublic(path: string, text: string, elsewhere = ELSEWHERE): Promise<void> {
  // A unique name, since two runs may write at once. The dot and the ending keep collectors from reading it.
  const temporary = join(dirname(path), `.lastalive-${crypto.randomUUID()}.tmp`)
  try {
    await refuseOther(path, elsewhere)
    await writeNew(temporary, text)
    // The umask has changed the mode of the new file.
    await chmod(temporary, MODE)
    await rename(temporary, path)
  } catch (error) {
    if (error instanceof StateError) throw error
    // The reason to report is why it could not be written.
    await unlink(temporary).catch(() => undefined)
    throw new StateError(`cannot write ${path}: ${whyNot(error, elsewhere)}`, { path, cause: error })
  }
}

async function refuseOther(path: string, elsewhere: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined || (found.isFile() && found.nlink === 1)) return
  const why = found.isFile() ? 'it has another name as well (a hard link)' : 'it is not a regular file'
  throw new StateError(`cannot write ${path}: ${why}; ${elsewhere}`, { path })
}
