import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { errorCode, errorMessage } from '../../core/errors.ts'
import { open, read } from './fs.ts'
import { whyDistrusted } from './owner.ts'

export type FoundFile = { readonly kind: 'file'; readonly bytes: Buffer; readonly stat: Stats } | Unread

export type Unread =
  | { readonly kind: 'absent'; readonly error: unknown }
  /** a FIFO, a directory, a device, a socket */
  | { readonly kind: 'other' }
  /** `size`: at least so many bytes */
  | { readonly kind: 'large'; readonly size: number; readonly largestBytes: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown }

export interface ReadOptions {
  readonly largestBytes?: number
  /** `refused`: error ELOOP if the last part of the path is a symbolic link */
  readonly links?: 'followed' | 'refused'
  /** its contents are acted upon, so it must be ours or root's, and nobody else may write it */
  readonly isActedUpon?: boolean
  readonly refuse?: (stat: Stats) => string | undefined
}

/** No file that a person writes is larger. Ten thousand checks take two megabytes. */
const LARGEST_BYTES = 16 * 1024 * 1024
/** Room for more, when a file seems to be at its end. */
const SPARE_BYTES = 4 * 1024

/**
 * Reads a file whose path somebody else chose. It must be a regular file. It is opened so that no FIFO and no device
 * blocks us, and it never takes more memory than its bound.
 *
 * This is asynchronous, so that the deadline and signals still work when a file system hangs.
 *
 * @throws never for what may be at a path
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

/** The same, synchronous: for the next one of many, and for callers that cannot wait. */
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

/** Why a file is not read, in a few words: `ENOENT`, `not a regular file`. */
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

/** Looks at the open file, whatever happens to the path meanwhile. */
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

interface Chunks {
  readonly read: Buffer[]
  readonly largestBytes: number
  /** how much seems to be left: a file may grow, and files in /proc say that they are empty */
  left: number
  size: number
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

/** One byte more than there seems to be, so that one read shows the end. */
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
