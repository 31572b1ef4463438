import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync } from 'node:fs'
import { errorCode, errorMessage } from '../../core/errors.ts'
import { open, readdir } from '../../io/files/fs.ts'
import { whyDistrusted } from '../../io/files/owner.ts'
import { type FoundFile, readRegular, whyUnread } from '../../io/files/regular.ts'

/** A file that was read, or why not. Its edition changes with it. */
export type ReadFile =
  | { readonly kind: 'file'; readonly text: string; readonly isReadableByOthers: boolean; readonly edition: string }
  | { readonly kind: 'absent' }
  /** what is wrong, then what to do; without the path */
  | { readonly kind: 'refused'; readonly why: string }

/** What a directory holds, or why it is not looked into. */
export type ReadDirectory =
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string }

/** Reads a file that we act upon: it must be ours or root's, and nobody else may write it. */
export async function readTrustedFile(path: string): Promise<ReadFile> {
  return textOf(await readRegular(path, { isActedUpon: true }))
}

/** Reads a file that holds nothing but a value; it may be anybody's. */
export async function readPlainFile(path: string): Promise<ReadFile> {
  return textOf(await readRegular(path))
}

/** Lists a directory from whose files we act: it must be ours or root's, and nobody else may write it. Sorted. */
export async function readTrustedDirectory(path: string): Promise<ReadDirectory> {
  let directory: number | undefined
  try {
    directory = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(directory)
    if (!stat.isDirectory()) return { kind: 'refused', why: 'is not a directory; remove it' }
    const why = whyDistrusted(stat, path)
    if (why !== undefined) return { kind: 'refused', why }
    return { kind: 'directory', names: (await readdir(path)).toSorted() }
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return { kind: 'absent' }
    if (errorCode(error) === '') throw error
    return { kind: 'refused', why: unreadable(error) }
  } finally {
    if (directory !== undefined) closeSync(directory)
  }
}

function textOf(found: FoundFile): ReadFile {
  switch (found.kind) {
    case 'file': {
      const { bytes, stat } = found
      if (!isUtf8(bytes)) return { kind: 'refused', why: 'is not text in UTF-8; convert it' }
      return {
        kind: 'file',
        text: bytes.toString('utf8').replace(/^\ufeff/, ''),
        isReadableByOthers: (stat.mode & 0o004) !== 0,
        edition: `${stat.size}@${stat.mtimeMs}`,
      }
    }
    case 'absent':
      return { kind: 'absent' }
    case 'other':
    case 'large':
      return {
        kind: 'refused',
        why: `is ${whyUnread(found)}; name ${found.kind === 'large' ? 'a smaller one' : 'a file'}`,
      }
    case 'refused':
      return found
    case 'failed':
      return { kind: 'refused', why: unreadable(found.error) }
  }
}

function unreadable(error: unknown): string {
  if (errorCode(error) === 'EACCES') return 'cannot be read (permission denied); give its reader the right to'
  return `cannot be read (${errorMessage(error)})`
}
