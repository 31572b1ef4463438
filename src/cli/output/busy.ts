import type { Seconds } from '../../core/types.ts'
import type { Holder } from '../../setup/take-turn.ts'

export function describeHolder(holder: Holder | undefined): string {
  return holder === undefined ? '' : ` (pid ${holder.pid}, since ${holder.since})`
}

/**
 * Says that another run holds the lock.
 *
 * @param waited how long the command waited
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
