import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, readFileSync, type Stats } from 'node:fs'
import { errorCode, errorMessage } from '../core/errors.ts'
import { open, readdir } from '../fs.ts'

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

/**
 * Reads a file that we act upon: it must be ours or root's, and nobody else may write it.
 *
 * A pipe in its place does not hold us up.
 */
export async function readTrustedFile(path: string): Promise<ReadFile> {
  return readFileIf(path, (stat) => distrust(stat, path))
}

/** Reads a file that holds nothing but a value; it may be anybody's. A pipe in its place does not hold us up. */
export async function readPlainFile(path: string): Promise<ReadFile> {
  return readFileIf(path, () => undefined)
}

/** Lists a directory from whose files we act: it must be ours or root's, and nobody else may write it. Sorted. */
export async function readTrustedDirectory(path: string): Promise<ReadDirectory> {
  return inspect(path, async (stat): Promise<ReadDirectory> => {
    if (!stat.isDirectory()) return { kind: 'refused', why: 'is not a directory; remove it' }
    const why = distrust(stat, path)
    if (why !== undefined) return { kind: 'refused', why }
    return { kind: 'directory', names: (await readdir(path)).toSorted() }
  })
}

function readFileIf(path: string, refuse: (stat: Stats) => string | undefined): Promise<ReadFile> {
  return inspect(path, async (stat, file): Promise<ReadFile> => {
    if (!stat.isFile()) return { kind: 'refused', why: 'is not a regular file; name a file' }
    const why = refuse(stat)
    if (why !== undefined) return { kind: 'refused', why }
    const text = decode(readFileSync(file))
    if (text === undefined) return { kind: 'refused', why: 'is not text in UTF-8; convert it' }
    return {
      kind: 'file',
      text,
      isReadableByOthers: (stat.mode & 0o004) !== 0,
      edition: `${stat.size}@${stat.mtimeMs}`,
    }
  })
}

/** What is looked at is what was opened, whatever happens to the path meanwhile. */
async function inspect<T>(
  path: string,
  look: (stat: Stats, file: number) => Promise<T>,
): Promise<T | { readonly kind: 'absent' } | { readonly kind: 'refused'; readonly why: string }> {
  let file: number | undefined
  try {
    // A file system that hangs does so at opening, when it is waited for aside.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return await look(fstatSync(file), file)
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return { kind: 'absent' }
    if (errorCode(error) === '') throw error
    return { kind: 'refused', why: unreadable(error) }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function unreadable(error: unknown): string {
  if (errorCode(error) === 'EACCES') return 'cannot be read (permission denied); give its reader the right to'
  return `cannot be read (${errorMessage(error)})`
}

function distrust({ uid, mode }: Stats, path: string): string | undefined {
  const self = process.geteuid?.() ?? uid
  if (uid !== self && uid !== 0) return `belongs to user ${uid}, neither to you nor to root; run: chown ${self} ${path}`
  if ((mode & 0o022) !== 0) return `others can write it; run: chmod go-w ${path}`
  return undefined
}

function decode(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8').replace(/^\ufeff/, '') : undefined
}
