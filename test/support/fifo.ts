import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../../src/core/errors.ts'

/** A FIFO in a directory of its own, as Nagios makes one for its commands. */
export interface Fifo {
  readonly path: string
  /** what was written since the last call */
  read(): string
  /** puts as much into it as it takes */
  fill(): void
  /** from now on nobody reads it */
  abandon(): void
  remove(): void
}

/** Makes a FIFO that somebody has open for reading, and reads when the test does. */
export function makeFifo(): Fifo {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-fifo-'))
  const path = join(dir, 'nagios.cmd')
  execFileSync('mkfifo', [path])
  let reader: number | undefined = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  // As Nagios does: with a writer of its own it never comes to the end.
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const abandon = (): void => {
    if (reader === undefined) return
    closeSync(writer)
    closeSync(reader)
    reader = undefined
  }
  return {
    path,
    read: () => {
      const chunks: Buffer[] = []
      for (let chunk = readOf(reader); chunk.length > 0; chunk = readOf(reader)) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    },
    fill: () => {
      while (isTaken(writer)) {}
    },
    abandon,
    remove: () => {
      abandon()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function readOf(reader: number | undefined): Buffer {
  if (reader === undefined) return Buffer.alloc(0)
  const chunk = Buffer.alloc(65_536)
  try {
    return chunk.subarray(0, readSync(reader, chunk))
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return Buffer.alloc(0)
    throw error
  }
}

function isTaken(writer: number): boolean {
  try {
    return writeSync(writer, 'x'.repeat(4_096)) > 0
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return false
    throw error
  }
}
