import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { errorCode, errorMessage } from '../../core/errors.ts'
import { open, read } from './fs.ts'
import { whyDistrusted } from './owner.ts'

/** What stands at a path where a file is to be read. */
export type FoundFile = { readonly kind: 'file'; readonly bytes: Buffer; readonly stat: Stats } | Unread

/** Why there is nothing to be read. */
export type Unread =
  | { readonly kind: 'absent'; readonly error: unknown }
  /** a FIFO, a directory, a device, a socket */
  | { readonly kind: 'other' }
  /** `size` is how large it is at least, in bytes */
  | { readonly kind: 'large'; readonly size: number; readonly largestBytes: number }
  /** what the reader of it has against it, in the reader's words */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown }

/** How a file is read. */
export interface ReadOptions {
  readonly largestBytes?: number
  /** `refused` where the last part of the path is a symbolic link, as an error ELOOP */
  readonly links?: 'followed' | 'refused'
  /** what stands in it is acted upon, so it must be ours or root's, and nobody else may write it */
  readonly isActedUpon?: boolean
  /** says what else is wrong with a file, before anything of it is read */
  readonly refuse?: (stat: Stats) => string | undefined
}

/** No file that somebody writes for us is as large; ten thousand checks take two. */
const LARGEST_BYTES = 16 * 1024 * 1024
/** What is made room for where a file seems to be at its end. */
const SPARE_BYTES = 4 * 1024

/**
 * Reads a file: the one way for all that comes from a path that somebody else chose. It must be a regular file, is
 * opened so that no FIFO and no device holds us, and never takes more memory than its bound.
 *
 * A file system that hangs does so aside: the deadline still fires, and signals are heard.
 *
 * @throws never for what may be found at a path
 */
export async function readRegular(path: string, options: ReadOptions = {}): Promise<FoundFile> {
  let file: number | undefined
  try {
    file = await open(path, flagsFor(options))
    return await readOpen(file, path, options)
  } catch (error) {
    return notRead(error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The same without ever waiting aside: for the next one of many, and for those who cannot wait. */
export function readRegularAtOnce(path: string, options: ReadOptions = {}): FoundFile {
  let file: number | undefined
  try {
    file = openSync(path, flagsFor(options))
    return readOpenAtOnce(file, path, options)
  } catch (error) {
    return notRead(error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** What is wrong with what is not read, in a few words: `ENOENT`, `not a regular file`. */
export function whyUnread(found: Unread): string {
  switch (found.kind) {
    case 'absent':
    case 'failed':
      return errorCode(found.error) || errorMessage(found.error)
    case 'other':
      return 'not a regular file'
    case 'large':
      return `larger than ${Math.floor(found.largestBytes / 1024 / 1024)} MB`
    case 'refused':
      return found.why
  }
}

function flagsFor({ links = 'followed' }: ReadOptions): number {
  return constants.O_RDONLY | constants.O_NONBLOCK | (links === 'refused' ? constants.O_NOFOLLOW : 0)
}

function notRead(error: unknown): FoundFile {
  const code = errorCode(error)
  if (code === '') throw error
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent', error }
  // A socket, or a device that is not there.
  return code === 'ENXIO' || code === 'EISDIR' ? { kind: 'other' } : { kind: 'failed', error }
}

/** What is looked at is what was opened, whatever happens to the path meanwhile. */
async function readOpen(file: number, path: string, options: ReadOptions): Promise<FoundFile> {
  const stat = fstatSync(file)
  const chunks = begin(stat, path, options)
  while (chunks.unread === undefined) {
    const chunk = roomIn(chunks)
    const { bytesRead } = await read(file, chunk, 0, chunk.length, null)
    if (bytesRead === 0) return { kind: 'file', bytes: Buffer.concat(chunks.read), stat }
    add(chunks, chunk.subarray(0, bytesRead))
  }
  return chunks.unread
}

function readOpenAtOnce(file: number, path: string, options: ReadOptions): FoundFile {
  const stat = fstatSync(file)
  const chunks = begin(stat, path, options)
  while (chunks.unread === undefined) {
    const chunk = roomIn(chunks)
    const bytesRead = readSync(file, chunk, 0, chunk.length, null)
    if (bytesRead === 0) return { kind: 'file', bytes: Buffer.concat(chunks.read), stat }
    add(chunks, chunk.subarray(0, bytesRead))
  }
  return chunks.unread
}

/** A file that is being read. */
interface Chunks {
  readonly read: Buffer[]
  readonly largestBytes: number
  /** what there seems to be left of it: a file may grow, and those of /proc say that they are empty */
  left: number
  size: number
  /** why nothing more of it is read */
  unread: Unread | undefined
}

function begin(stat: Stats, path: string, options: ReadOptions): Chunks {
  const { largestBytes = LARGEST_BYTES } = options
  return { read: [], largestBytes, left: stat.size, size: 0, unread: whyNotBegun(stat, path, options) }
}

function whyNotBegun(
  stat: Stats,
  path: string,
  { largestBytes = LARGEST_BYTES, isActedUpon = false, refuse }: ReadOptions,
): Unread | undefined {
  if (!stat.isFile()) return { kind: 'other' }
  const why = (isActedUpon ? whyDistrusted(stat, path) : undefined) ?? refuse?.(stat)
  if (why !== undefined) return { kind: 'refused', why }
  return stat.size > largestBytes ? { kind: 'large', size: stat.size, largestBytes } : undefined
}

/** One byte more than there seems to be, so that a file of the usual kind is read at once. */
function roomIn({ left }: Chunks): Buffer {
  return Buffer.allocUnsafe(left > 0 ? left + 1 : SPARE_BYTES)
}

function add(chunks: Chunks, chunk: Buffer): void {
  const { largestBytes } = chunks
  chunks.read.push(chunk)
  chunks.size += chunk.length
  chunks.left -= chunk.length
  if (chunks.size > largestBytes) chunks.unread = { kind: 'large', size: chunks.size, largestBytes }
}
