import { write } from 'node:fs'
import type { Readable } from 'node:stream'
import { errorCode } from '../../../core/errors.ts'

/** Output on its way. */
export interface Flow {
  /** resolves when all has gone on, or when it has no more to come from the command itself */
  drained(): Promise<void>
}

/** A reader that is busy is asked again after so long. */
const AGAIN_MS = 10
/** Whoever the command left in the background may write for ever: what comes later than this is not its own. */
const QUIET_MS = 100

/**
 * Passes on what a stream brings, at the pace of whoever reads it. Where nobody reads any more, the command hears of it, as it
 * would by itself.
 *
 * @param fd where it goes
 */
export function passOn(from: Readable | null, fd: number, look: (chunk: Buffer) => void): Flow {
  let hasEnded = from === null
  let [isWriting, lastAt] = [false, Date.now()]
  const put = async (chunk: Buffer): Promise<void> => {
    isWriting = true
    from?.pause()
    try {
      for (let at = 0; at < chunk.length; ) at += await writeSome(fd, chunk.subarray(at))
    } catch {
      // Nobody reads it any more.
      from?.destroy()
    }
    isWriting = false
    lastAt = Date.now()
    from?.resume()
  }
  from?.on('data', (chunk: Buffer) => {
    look(chunk)
    void put(chunk)
  })
  from?.on('error', () => {})
  from?.once('close', () => {
    hasEnded = true
  })
  return {
    drained: () =>
      new Promise((resolve) => {
        const timer = setInterval(() => {
          const isQuiet = !isWriting && Date.now() - lastAt > QUIET_MS
          if (!(hasEnded && !isWriting) && !isQuiet) return
          clearInterval(timer)
          resolve()
        }, AGAIN_MS)
      }),
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
