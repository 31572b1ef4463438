import type { Seconds } from '../core/types.ts'
import type { Holder } from '../setup/take-turn.ts'

/** Who holds the lock, in words for a person. */
export function describeHolder(holder: Holder | undefined): string {
  return holder === undefined ? '' : ` (pid ${holder.pid}, since ${holder.since})`
}

/**
 * Why something was not done: another run holds the lock.
 *
 * @param waited how long it was waited for
 */
export function whyBusy(
  { holder, isOverdue = false }: { readonly holder: Holder | undefined; readonly isOverdue?: boolean },
  waited: Seconds,
): string {
  const why = isOverdue
    ? 'is beyond its own time: stopped, or stuck; see what it waits for, or end it'
    : `did not end within ${waited} s; see what it waits for`
  return `another run${describeHolder(holder)} ${why}`
}
