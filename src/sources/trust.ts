import { FaultError } from '../core/errors.ts'
import type { Fault } from '../core/types.ts'
import { type Distrust, whyUntrusted } from '../io/files/trusted.ts'
import { inTurn } from '../io/files/turns.ts'
import { withLimit } from '../io/net/time-limit.ts'

/** How long it may be looked at whether a file may be run, and on which file system it lies. */
interface TrustOptions {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly place: string
}

/**
 * So long at least it may be looked at a file, in milliseconds: fifty programs that begin at once wait for each other, and
 * that is not the time of what they do. The time for reading ends it in any case.
 */
const LEAST_MS = 5_000

/**
 * Sees to it that only we and root can have written what is to be run.
 *
 * @throws FaultError of scope `check`
 */
export async function assertTrusted(path: string, { signal, timeoutMs, place }: TrustOptions): Promise<void> {
  const late = (waited: string): FaultError =>
    faulty({ kind: 'timeout', message: `no answer from the file system at ${place} within ${waited}` })
  const work = (stop: AbortSignal): Promise<Distrust | undefined> => inTurn(place, stop, () => whyUntrusted(path))
  const wrong = await withLimit(work, { signal, timeoutMs: Math.max(timeoutMs, LEAST_MS), late })
  if (wrong === undefined) return
  throw faulty({ kind: wrong.kind === 'absent' ? 'failed' : 'denied', message: `not run: ${wrong.why}` })
}

function faulty(fault: Omit<Fault, 'scope'>): FaultError {
  return new FaultError({ scope: 'check', ...fault })
}
