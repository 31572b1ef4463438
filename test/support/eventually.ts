import { setTimeout as sleep } from 'node:timers/promises'

const AGAIN_MS = 50

/**
 * Waits until something is there, looking again and again.
 *
 * @param look what it brings is handed on, unless it is undefined
 * @param what for the error
 */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  { what, ms = 30_000 }: { readonly what: string | (() => string); readonly ms?: number },
): Promise<T> {
  for (const giveUp = performance.now() + ms; performance.now() < giveUp; ) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(AGAIN_MS)
  }
  throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`)
}
