import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { errorCode } from '../../core/errors.ts'
import type { Output } from '../world.ts'

export interface DirectOutput extends Output {
  /** waits at most this long until a pipe has taken everything */
  taken(longestMs: number): Promise<void>
}

/**
 * Stdout or stderr. Files and pipes are written directly, since loading Node's streams takes time. Writing never waits
 * for a reader, and a reader that is gone is not an error.
 *
 * @param number its file descriptor
 * @param streamOf gives Node's own stream, for a terminal, a socket, and a full pipe
 */
export function createOutput(number: number, streamOf: () => Writable & { readonly isTTY?: boolean }): DirectOutput {
  const direct = findDirect(number)
  let stream: ReturnType<typeof streamOf> | undefined
  const ofNode = (): ReturnType<typeof streamOf> => {
    stream ??= streamOf().on('error', () => {})
    return stream
  }
  return {
    get isTTY() {
      return direct.kind === 'other' && ofNode().isTTY === true
    },
    write(text) {
      const left = stream === undefined && 'fd' in direct ? writeDirectly(direct.fd, Buffer.from(text)) : text
      if (left !== undefined) ofNode().write(left)
    },
    async taken(longestMs) {
      if (stream === undefined) return
      await new Promise<void>((resolve) => {
        setTimeout(resolve, longestMs)
        stream?.write('', () => resolve())
      })
    },
  }
}

/** `/dev/null` by its device number on Linux: it takes everything, and is not a terminal. */
const NULL_DEVICE = 0x103

type Direct = { readonly kind: 'other' } | { readonly kind: 'file' | 'pipe'; readonly fd: number }

function findDirect(number: number): Direct {
  try {
    const stat = fstatSync(number)
    if (stat.isFile() || stat.rdev === NULL_DEVICE) return { kind: 'file', fd: number }
    return stat.isFIFO() ? { kind: 'pipe', fd: openPipe(number, stat.ino) } : { kind: 'other' }
  } catch {
    // Closed, or not Linux, or a pipe of another user.
    return { kind: 'other' }
  }
}

/** Opens the same pipe again, so that writing to it never waits. Other holders of the pipe may rely on waiting. */
function openPipe(number: number, inode: number): number {
  const fd = openSync(`/proc/self/fd/${number}`, constants.O_WRONLY | constants.O_NONBLOCK)
  if (fstatSync(fd).ino === inode) return fd
  closeSync(fd)
  throw new Error('another file')
}

/** @returns what could not be written without waiting, if anything */
function writeDirectly(fd: number, bytes: Buffer): Buffer | undefined {
  let at = 0
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at)
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return bytes.subarray(at)
  }
  return undefined
}
