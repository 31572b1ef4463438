import type { Clock } from '../core/ports.ts'
import type { Seconds } from '../core/types.ts'
import { findKernelLock } from '../store/lock/kernel-lock.ts'
import { type RunLock, signatureOf, takeRunLock } from '../store/lock/run-lock.ts'
import { useDirectory } from '../store/lockfiles/directory.ts'
import { layoutAt } from './open-store.ts'
import type { Place } from './place.ts'

export type { Holder, RunLock } from '../store/lock/run-lock.ts'

/**
 * Waits for the lock of lockfiles, which one run at a time may write to.
 *
 * @param options.of the run itself, or telling that the run which holds the lock is stuck
 * @param options.facts what tells it from other runs
 * @param options.signal ends the waiting
 * @param options.timeout how long this run may take once it has the lock
 */
export async function takeTurn(
  place: Place,
  options: {
    readonly of?: 'run' | 'stuck run'
    readonly facts: readonly unknown[]
    readonly signal: AbortSignal
    readonly timeout: Seconds
    readonly clock: Clock
  },
): Promise<RunLock> {
  const { of = 'run', facts, ...rest } = options
  const { runLock, stuckLock } = layoutAt(place)
  const directory = place.kind === 'directory' ? place.path : place.within
  const isRun = of === 'run'
  return takeRunLock(isRun ? runLock : stuckLock, {
    ...rest,
    signature: signatureOf(facts),
    findLock: findKernelLock,
    ...(isRun && directory !== undefined && { prepare: () => useDirectory(directory) }),
  })
}
