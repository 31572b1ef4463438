import { closeSync, constants, lstatSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode, errorMessage, StateError } from '../../core/errors.ts'
import { close, fstat, fsync, mkdir, open, rename, unlink, write } from './fs.ts'
import { isForeign } from './owner.ts'
import { type FoundFile as Regular, readRegular, readRegularAtOnce } from './regular.ts'

export type OwnFile =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string; readonly modifiedAt: Date }
  /** not ours to read: a link, a directory, somebody else's file, a directory that cannot be entered */
  | { readonly kind: 'refused'; readonly why: string }

const LARGEST_BYTES = 4 * 1024 * 1024

/**
 * Reads a file that only we or root can have put there. Never follows a link.
 *
 * @throws never for what may be at a path; only ENOENT means that there is nothing
 */
export async function readOwn(path: string, { largestBytes = LARGEST_BYTES } = {}): Promise<OwnFile> {
  return ownOf(await readRegular(path, { largestBytes, links: 'refused', refuse: whyForeign }))
}

/** The same, synchronous: for the next one of many. */
export function readOwnAtOnce(path: string): OwnFile {
  return ownOf(readRegularAtOnce(path, { largestBytes: LARGEST_BYTES, links: 'refused', refuse: whyForeign }))
}

function ownOf(found: Regular): OwnFile {
  switch (found.kind) {
    case 'file':
      return { kind: 'text', text: found.bytes.toString('utf8'), modifiedAt: found.stat.mtime }
    case 'absent':
      if (errorCode(found.error) === 'ENOENT') return { kind: 'nothing' }
      return { kind: 'refused', why: whyNot(found.error) }
    case 'other':
      return { kind: 'refused', why: NOT_REGULAR }
    case 'large':
      return { kind: 'refused', why: `it is too large to be ours (${found.size} bytes); ${LOOK}` }
    case 'refused':
      return found
    case 'failed':
      return { kind: 'refused', why: whyNot(found.error) }
  }
}

/**
 * Replaces a file: afterwards the old or the new text is there, whatever is killed when.
 *
 * @throws StateError
 */
export async function writeOwn(path: string, text: string): Promise<void> {
  await replaceOwn(path, text)
  await syncOwn(dirname(path))
}

/**
 * The same, but a power cut may bring the old text back until the directory is synced.
 *
 * @throws StateError
 */
export async function replaceOwn(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    await writeNew(temporary, text).catch(async (error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
      // A killed run may have left it.
      await removeIfThere(temporary)
      await writeNew(temporary, text)
    })
    await rename(temporary, path)
  } catch (error) {
    // A full disk leaves half a file. The reason to report is why it could not be written.
    await removeIfThere(temporary).catch(() => undefined)
    throw new StateError(`cannot write ${path}: ${whyNot(error)}`, { path, cause: error })
  }
}

/**
 * Removes a file of ours; it may be gone already. Durable once the directory is synced.
 *
 * @throws StateError
 */
export async function removeOwn(path: string): Promise<void> {
  try {
    await removeIfThere(path)
  } catch (error) {
    throw new StateError(`cannot remove ${path}: ${whyNot(error)}`, { path, cause: error })
  }
}

/**
 * Makes replaced and removed files of a directory survive a power cut.
 *
 * @throws StateError
 */
export async function syncOwn(directory: string): Promise<void> {
  try {
    await syncDirectory(directory)
  } catch (error) {
    throw new StateError(`cannot sync ${directory}: ${whyNot(error)}`, { path: directory, cause: error })
  }
}

/**
 * Opens a file that stays, and makes it if it is missing. Refuses links and somebody else's file.
 *
 * @returns its descriptor
 */
export async function openKept(path: string, flags: number): Promise<number> {
  const safe = flags | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await openOrMake(path, safe)
  const stat = await fstat(file)
  const why = stat.isFile() ? whyForeign(stat) : NOT_REGULAR
  if (why === undefined) return file
  await close(file)
  throw new StateError(`cannot use ${path}: ${why}`, { path })
}

/**
 * Makes a directory for us alone, with those above it. `recursive` would run for ever below a dangling link and in
 * /proc.
 */
export async function makeDirectory(path: string): Promise<void> {
  const make = async (): Promise<void> => {
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
  }
  try {
    await make()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    await make()
  }
}

export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw new StateError(`cannot look at ${path}: ${whyNot(error)}`, { path, cause: error })
  }
}

/**
 * Why a file cannot be used, and what to do.
 *
 * @param elsewhere how to name another place
 */
export function whyNot(error: unknown, elsewhere = ELSEWHERE): string {
  switch (errorCode(error)) {
    case 'ELOOP':
      return `it is a symbolic link; ${LOOK}`
    case 'EACCES':
    case 'EPERM':
      return `permission denied; ${elsewhere}`
    case 'ENOTDIR':
      return `a part of the path is not a directory; ${elsewhere}`
    case 'EISDIR':
      return `it is a directory; ${LOOK}`
    case 'ENOENT':
      return `there is no such directory; make it, or ${elsewhere}`
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space left on the disk; make room'
    case 'EFBIG':
      return 'no file may be written (ulimit -f); raise the limit'
    case 'EROFS':
      return `the file system is read-only; make it writable, or ${elsewhere}`
    case 'ENXIO':
      return NOT_REGULAR
    case 'EMFILE':
      return 'too many open files (ulimit -n); raise the limit'
    case 'ENFILE':
      return 'too many open files on this host (fs.file-max); raise the limit'
    case 'ENOLCK':
    case 'ENOSYS':
    case 'ENOTSUP':
      return `the file system gives no locks; ${elsewhere}, on a local disk`
    default:
      return errorMessage(error)
  }
}

const LOOK = 'look at it, then remove it'
const NOT_REGULAR = `it is not a regular file; ${LOOK}`
const ELSEWHERE = 'name a place of your own with --state DIR or --lockfile FILE'

// Without O_CREAT first: with fs.protected_regular, O_CREAT fails for another user's file, even for root.
async function openOrMake(path: string, flags: number, tries = 3): Promise<number> {
  try {
    return await open(path, flags)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      throw new StateError(`cannot use ${path}: ${whyNot(error)}`, { path, cause: error })
  }
  try {
    return await open(path, flags | constants.O_CREAT | constants.O_EXCL, 0o600)
  } catch (error) {
    // Another run has just made it.
    if (errorCode(error) === 'EEXIST' && tries > 1) return openOrMake(path, flags, tries - 1)
    throw new StateError(`cannot make ${path}: ${whyNot(error)}`, { path, cause: error })
  }
}

/** A file with a second name may be one that somebody else wants us to read, or to empty. */
function whyForeign({ uid, nlink }: Stats): string | undefined {
  if (isForeign(uid)) return `it belongs to another user (uid ${uid}); ${LOOK}`
  return nlink > 1 ? `it has another name as well (a hard link); ${LOOK}` : undefined
}

/** `appendFile` writes pieces of half a megabyte, and somebody else's line could come in between. */
export async function writeAtOnce(file: number, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  // On a full disk the second try gives the error.
  for (let at = 0; at < bytes.length; ) at += (await write(file, bytes, at)).bytesWritten
}

export async function writeNew(path: string, text: string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await open(path, flags, 0o600)
  try {
    await writeAtOnce(file, text)
    await fsync(file)
  } finally {
    closeSync(file)
  }
}

async function removeIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await fsync(directory)
  } finally {
    await close(directory)
  }
}
