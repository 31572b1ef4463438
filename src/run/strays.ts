import { AsyncLocalStorage } from 'node:async_hooks'
import { errorMessage } from '../core/errors.ts'

/** A piece of work whose exceptions are its own, wherever they are thrown; once it is over nobody hears of them. */
interface Scope {
  state: 'under way' | 'failed' | 'over'
  /** ends it with what was thrown */
  fail(error: unknown): void
}

const scopes = new AsyncLocalStorage<Scope>()

/** What was thrown, belongs to no piece of work, and has not been spoken of yet; undefined while nobody collects it. */
let collected: unknown[] | undefined

/**
 * Does a piece of work whose exceptions are its own: one that is thrown where nobody awaits it, in the handler of a socket
 * or by a promise that was left to itself, fails this work and nothing else.
 *
 * @param onStray hears when that has happened
 * @throws what the work throws, and what was thrown in it
 */
export function contain<T>(work: () => Promise<T>, onStray?: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const scope: Scope = {
      state: 'under way',
      fail: (error) => {
        scope.state = 'failed'
        reject(error)
        onStray?.()
      },
    }
    const end = (): void => {
      if (scope.state === 'under way') scope.state = 'over'
    }
    // An async function, so that what is thrown before the first promise is there is a rejection as well.
    const working = scopes.run(scope, async () => work())
    working.finally(end).then(resolve, reject)
  })
}

/**
 * The same for work that is ended by a signal: it fires as well when the work has failed in this way, so that it goes on
 * with nothing.
 */
export async function containUntil<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  try {
    return await contain(() => work(ending.signal), end)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/**
 * Takes an exception that nobody awaited to where it belongs. For the handlers of `uncaughtException` and
 * `unhandledRejection`.
 *
 * @returns false where nobody takes it
 */
export function takeStray(error: unknown): boolean {
  const scope = scopes.getStore()
  if (scope?.state === 'under way') {
    scope.fail(error)
    return true
  }
  // What has failed has been spoken of: the rest of it says nothing more.
  if (scope?.state === 'failed') return true
  collected?.push(error)
  return collected !== undefined
}

/** From here on exceptions that belong to nobody end nothing, and are kept until they are asked for. */
export function collectStrays(): void {
  collected ??= []
}

/** Waits until what was thrown at the moment of the last answer has been collected as well. */
export function nextRound(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

/** What has been collected since the last time, in words that are not cleaned yet. */
export function strays(): readonly string[] {
  return (collected?.splice(0) ?? []).map((error) => `unforeseen: ${errorMessage(error)}`)
}
