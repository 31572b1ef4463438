import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A pipe: what goes into the descriptor comes out of the stream. */
export interface Pipe {
  readonly into: number
  readonly out: Readable
}

/** In memory, where no disk is full or gone; then where temporary files go. */
const PLACES = ['/dev/shm', tmpdir()]

/**
 * Makes pipes. Node itself would give a command sockets, in whose place no `/dev/stdout` and no `/dev/stderr` can be opened,
 * as many a script does.
 *
 * @returns undefined where none can be made
 */
export function makePipes(): readonly [Pipe, Pipe] | undefined {
  for (const place of PLACES) {
    const pipes = makeIn(place)
    if (pipes !== undefined) return pipes
  }
  return undefined
}

function makeIn(place: string): readonly [Pipe, Pipe] | undefined {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  let directory: string | undefined
  const opened: number[] = []
  try {
    directory = mkdtempSync(join(place, 'lastalive-'))
    const [first, second] = [join(directory, '1'), join(directory, '2')]
    spawnSync('mkfifo', [first, second], { stdio: 'ignore' })
    for (const path of [first, second]) {
      // Its end for reading first: opening the other one would wait for it.
      opened.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), openSync(path, constants.O_WRONLY))
    }
    const [outOfFirst = -1, intoFirst = -1, outOfSecond = -1, intoSecond = -1] = opened
    return [
      { into: intoFirst, out: new Socket({ fd: outOfFirst, readable: true, writable: false }) },
      { into: intoSecond, out: new Socket({ fd: outOfSecond, readable: true, writable: false }) },
    ]
  } catch {
    // Sockets are better than no command.
    for (const fd of opened) closeSync(fd)
    return undefined
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
  }
}
