import { formatDuration } from '../../core/time/duration.ts'
import { nowMs } from '../now.ts'

interface Limit {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** makes the error that is thrown when time is up; `waited` is never more than the limit */
  readonly late: (waited: string) => Error
}

/** The longest timer of Node. */
const FOREVER_MS = 2 ** 31 - 1

/**
 * Does work that must end in time. If it does not, it is abandoned and its result ignored.
 *
 * @param work takes the signal that tells it to stop
 * @throws what `late` makes; what the work throws
 */
export async function withLimit<T>(work: (signal: AbortSignal) => Promise<T>, limit: Limit): Promise<T> {
  if (limit.signal.aborted) throw limit.late(formatWait(0))
  const controller = new AbortController()
  const begun = nowMs()
  // If this process had to wait for the processor, the answer may already be in the socket. It is read first.
  const stop = (): void => void setImmediate(() => controller.abort())
  const limitMs = Math.min(Math.max(limit.timeoutMs, 0), FOREVER_MS)
  const timer = setTimeout(stop, limitMs)
  limit.signal.addEventListener('abort', stop)
  const expired = new Promise<never>((_, reject) => {
    const fail = (): void => reject(limit.late(formatWait(Math.min(limitMs, nowMs() - begun))))
    controller.signal.addEventListener('abort', fail)
  })
  try {
    return await Promise.race([expired, work(controller.signal)])
  } finally {
    clearTimeout(timer)
    limit.signal.removeEventListener('abort', stop)
  }
}

export function formatWait(ms: number): string {
  return ms < 9_950 ? `${Number((ms / 1_000).toFixed(1))} s` : formatDuration(Math.round(ms / 1_000))
}
