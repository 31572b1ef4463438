import { write } from 'node:fs'
import type { Readable } from 'node:stream'
import { errorCode } from '../../../core/errors.ts'

/** Output on its way. */
export interface Flow {
  /** Resolves when all has gone on that the command itself has printed. It is asked once the command has ended. */
  drained(): Promise<void>
  /** what keeps it from going on, though somebody would take it, as on a full disk */
  problem(): unknown
}

/** A reader that is busy is asked again after so long. */
const AGAIN_MS = 10
/** What the command left in the background may hold its output open for ever. The command's own comes without such pauses, */
const QUIET_MS = 100
/** and it is no more than a pipe holds. */
const LARGEST_PIPE = 1024 * 1024

/**
 * Passes on what a stream brings, at the pace of whoever reads it. Where nobody reads any more, the command hears of it, as it
 * would by itself.
 *
 * @param fd where it goes
 */
export function passOn(from: Readable, fd: number, look: (chunk: Buffer) => void): Flow {
  let [hasEnded, isWriting, passed] = [false, false, 0]
  let problem: unknown
  let onNews = (): void => {}
  const put = async (chunk: Buffer): Promise<void> => {
    isWriting = true
    from.pause()
    try {
      for (let at = 0; at < chunk.length; ) at += await writeSome(fd, chunk.subarray(at))
    } catch (error) {
      if (errorCode(error) === 'EPIPE') from.destroy()
      else problem = error
    }
    passed += chunk.length
    isWriting = false
    from.resume()
    onNews()
  }
  from.on('data', (chunk: Buffer) => {
    look(chunk)
    void put(chunk)
    onNews()
  })
  // An end that is heard of in another way is an end all the same.
  from.on('error', () => {})
  from.once('close', () => {
    hasEnded = true
    onNews()
  })
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      const before = passed
      let timer: NodeJS.Timeout | undefined
      onNews = () => {
        clearTimeout(timer)
        if (isWriting) return
        if (hasEnded || passed - before > LARGEST_PIPE) resolve()
        else timer = setTimeout(resolve, QUIET_MS)
      }
      onNews()
    })
  let waiting: Promise<void> | undefined
  return {
    drained: () => {
      waiting ??= wait()
      return waiting
    },
    problem: () => problem,
  }
}

function writeSome(fd: number, chunk: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, chunk, 0, chunk.length, null, (error, written) => {
      if (error === null) resolve(written)
      else if (errorCode(error) === 'EAGAIN') setTimeout(resolve, AGAIN_MS, 0)
      else reject(error)
    })
  })
}
