import type { Socket } from 'node:net'
import type { FaultError } from '../core/errors.ts'
import { LARGEST_ANSWER_BYTES, tooLargeFault } from './answer-size.ts'
import { withLimit } from './limit.ts'
import { noAnswer } from './network-faults.ts'

const SIZE_CHECK_MS = 20

/** How long a server may take to hear that we are leaving. */
const FAREWELL_MS = 500

/** A connection to a server, which stays broken once it is. */
export interface ServerSession {
  readonly socket: Socket
  /** ends whatever is under way */
  readonly signal: AbortSignal
  /** what broke it */
  broken?: FaultError
}

/**
 * How much sooner than ours a server's limit is, so that it can say itself why there is no answer: as long as a busy
 * machine may take to let it, and us, have a turn.
 */
export function marginOf(limitMs: number): number {
  return Math.min(500, limitMs * 0.2)
}

/** A clock that goes on from what a server's clock said just now, by ours, which only runs forward. */
export function runningClock(at: Date): () => Date {
  const readMs = performance.now()
  return () => new Date(at.getTime() + performance.now() - readMs)
}

/**
 * Asks in a time that ends, and for an answer of a size that has an end. Beyond either, or where the server is lost,
 * the connection is broken.
 *
 * @param options.faultOf makes a fault of what the library throws
 * @throws FaultError
 */
export async function askInTime<T>(
  session: ServerSession,
  ask: () => Promise<T>,
  { timeoutMs, faultOf }: { readonly timeoutMs: number; readonly faultOf: (error: unknown) => FaultError },
): Promise<T> {
  if (session.broken !== undefined) throw session.broken
  const stopWatching = watchSize(session)
  const late = (waited: string): FaultError => destroy(session, noAnswer(waited, 'check'))
  try {
    return await withLimit(ask, { signal: session.signal, timeoutMs, late })
  } catch (error) {
    const fault = session.broken ?? faultOf(error)
    if (fault.fault.kind === 'unreachable') destroy(session, fault)
    throw fault
  } finally {
    stopWatching()
  }
}

function watchSize(session: ServerSession): () => void {
  const { socket } = session
  const before = socket.bytesRead
  const timer = setInterval(() => {
    if (socket.bytesRead - before > LARGEST_ANSWER_BYTES) destroy(session, tooLargeFault())
  }, SIZE_CHECK_MS)
  return () => clearInterval(timer)
}

function destroy(session: ServerSession, reason: FaultError): FaultError {
  session.broken = reason
  session.socket.destroy()
  return reason
}

/** Says goodbye if there is somebody to hear it, and is gone in any case. */
export async function leave(session: ServerSession, sayGoodbye: () => Promise<void>): Promise<void> {
  try {
    if (session.broken !== undefined) return
    const late = (waited: string): FaultError => noAnswer(waited, 'check')
    await withLimit(sayGoodbye, { signal: session.signal, timeoutMs: FAREWELL_MS, late })
  } catch {
    // Everything that was asked for has been answered, and the server drops what is left when the socket closes.
  } finally {
    session.socket.destroy()
  }
}
