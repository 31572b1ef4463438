import type { Deadline } from '../core/plan.ts'
import type { Seconds } from '../core/types.ts'

/** How much of what is left belongs to reading: a run tells and saves in the rest, a check tells nobody. */
export const READING_SHARE = { run: 0.6, check: 0.95 } as const
/** So much longer than its time the work may take to say what it came to. */
const HELD_MS = 1_000

/**
 * Divides the time of a run.
 *
 * @param timeout the whole run's time
 * @param elapsedMs how much of it has gone by, waiting for the lock for example
 */
export function divideTime(
  timeout: Seconds,
  {
    elapsedMs = 0,
    readingShare = READING_SHARE.run,
  }: { readonly elapsedMs?: number; readonly readingShare?: number } = {},
): Deadline {
  const leftMs = Math.max(0, timeout * 1_000 - elapsedMs)
  return {
    timeout,
    reading: AbortSignal.timeout(Math.floor(leftMs * readingShare)),
    saving: AbortSignal.timeout(Math.floor((leftMs * (1 + readingShare)) / 2)),
    telling: AbortSignal.timeout(Math.floor(leftMs)),
    at: new Date(Date.now() + leftMs),
  }
}

/**
 * Waits for something at most until a short while after the signal has fired: a net below those who should have
 * stopped by themselves.
 *
 * @returns what `late` gives where it did not come in time
 */
export async function within<T>(
  work: Promise<T>,
  { signal, graceMs = 300, late }: { readonly signal: AbortSignal; readonly graceMs?: number; readonly late: () => T },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let start = (): void => {}
  const overtime = new Promise<T>((resolve) => {
    start = () => {
      timer = setTimeout(() => resolve(late()), graceMs)
    }
    if (signal.aborted) start()
    else signal.addEventListener('abort', start)
  })
  try {
    return await Promise.race([work, overtime])
  } finally {
    // Not by a signal of our own: each that fires makes an error with a stack, a thousand times where there are as many checks.
    signal.removeEventListener('abort', start)
    clearTimeout(timer)
  }
}

/**
 * Holds the process until some work is over: of its own accord it would end as soon as all that is waited for is a promise
 * that never settles, without a word.
 *
 * @param until when the work is over at the latest
 */
export async function held<T>(until: Date, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {}, Math.max(0, until.getTime() - Date.now()) + HELD_MS)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}
