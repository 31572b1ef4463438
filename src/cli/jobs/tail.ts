import { createReadStream } from 'node:fs'
import { errorMessage } from '../../core/errors.ts'
import { stat } from '../../io/files/fs.ts'

/** The last bytes of a stream, and how many there were in all. */
export interface Tail {
  readonly size: number
  readonly bytes: Buffer
}

/** Keeps the last bytes of what is put in, in bounded memory, in however many pieces it comes. */
export function createTail(most: number): { add(chunk: Buffer): void; tail(): Tail } {
  let [size, held] = [0, 0]
  // Made larger as it fills, as most commands print little.
  let room = Buffer.alloc(0)
  const add = (chunk: Buffer): void => {
    size += chunk.length
    const last = chunk.subarray(-most)
    if (held + last.length > room.length) {
      const kept = room.subarray(Math.max(0, held - (most - last.length)), held)
      const larger = Buffer.alloc(Math.min(2 * most, 2 * (kept.length + last.length)))
      held = kept.copy(larger)
      room = larger
    }
    held += last.copy(room, held)
  }
  return { add, tail: () => ({ size, bytes: Buffer.from(room.subarray(Math.max(0, held - most), held)) }) }
}

/**
 * Reads the last bytes of a file, or all of what is no regular file, to its end.
 *
 * @param path `-` for stdin
 * @returns why it cannot be read where it cannot
 */
export async function readTail(path: string, most: number): Promise<Tail | { readonly why: string }> {
  const { add, tail } = createTail(most)
  try {
    if (path === '-') {
      for await (const chunk of process.stdin) add(Buffer.from(chunk))
      return tail()
    }
    const found = await stat(path)
    const start = found.isFile() ? Math.max(0, found.size - most) : 0
    for await (const chunk of createReadStream(path, { start })) add(Buffer.from(chunk))
    const { size, bytes } = tail()
    return { size: start + size, bytes }
  } catch (error) {
    return { why: `--log-from: cannot read ${path === '-' ? 'stdin' : path} (${errorMessage(error)})` }
  }
}
