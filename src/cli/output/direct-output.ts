import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { errorCode } from '../../core/errors.ts'
import type { Output } from '../world.ts'

/** Stdout or stderr as the process has it. */
export interface DirectOutput extends Output {
  /** waits until a pipe has taken what was written, but for no longer than that many milliseconds */
  taken(longestMs: number): Promise<void>
}

/**
 * Stdout or stderr: files and pipes are written directly, since Node takes a while to load its streams. Nothing that is
 * written waits for a reader, and one that has gone away is no error of ours.
 *
 * @param number of its file descriptor
 * @param streamOf gives Node's own stream, for a terminal, a socket, and a pipe that is full
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

/** Of `/dev/null`, by its numbers on Linux: it takes everything, and is no terminal. */
const NULL_DEVICE = 0x103

type Direct = { readonly kind: 'other' } | { readonly kind: 'file' | 'pipe'; readonly fd: number }

function findDirect(number: number): Direct {
  try {
    const stat = fstatSync(number)
    if (stat.isFile() || stat.rdev === NULL_DEVICE) return { kind: 'file', fd: number }
    return stat.isFIFO() ? { kind: 'pipe', fd: openPipe(number, stat.ino) } : { kind: 'other' }
  } catch {
    // Closed, or on another system than Linux, or a pipe of another user.
    return { kind: 'other' }
  }
}

/** The same pipe once more, on which alone a write never waits: who else holds it, may count on waiting. */
function openPipe(number: number, inode: number): number {
  const fd = openSync(`/proc/self/fd/${number}`, constants.O_WRONLY | constants.O_NONBLOCK)
  if (fstatSync(fd).ino === inode) return fd
  closeSync(fd)
  throw new Error('another file')
}

/** @returns what could not be written without waiting, where there is any */
function writeDirectly(fd: number, bytes: Buffer): Buffer | undefined {
  let at = 0
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at)
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return bytes.subarray(at)
    // Nobody reads, or the disk is full.
  }
  return undefined
}
