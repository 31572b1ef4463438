import type { Socket } from 'node:net'
import { FaultError } from '../core/errors.ts'
import { noAnswer } from '../io/net/faults.ts'
import { allowAnswer, lossOf } from '../io/net/guarded-socket.ts'
import { withLimit } from '../io/net/time-limit.ts'
import { nowMs } from '../io/now.ts'

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
  const readMs = nowMs()
  return () => new Date(at.getTime() + nowMs() - readMs)
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
  allowAnswer(session.socket)
  const late = (waited: string): FaultError => destroy(session, noAnswer(waited, 'check'))
  try {
    return await withLimit(ask, { signal: session.signal, timeoutMs, late })
  } catch (error) {
    const fault = session.broken ?? inCheck(lossOf(session.socket)) ?? faultOf(error)
    if (fault.fault.kind === 'unreachable' || session.socket.destroyed) destroy(session, fault)
    throw fault
  }
}

/** What loses the connection in the middle of a query is that query's fault. */
function inCheck(loss: FaultError | undefined): FaultError | undefined {
  return loss && new FaultError({ ...loss.fault, scope: 'check' }, { cause: loss })
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

/**
 * Two instants of this year as a clock in UTC shows them, in winter and in summer, with the seconds since the epoch: a
 * server for which they are those instants is in UTC, whatever its zone is called.
 */
export function utcProbes(): readonly { readonly text: string; readonly epoch: number }[] {
  const year = new Date().getUTCFullYear()
  return ['01', '07'].map((month) => {
    const text = `${year}-${month}-15 12:00:00`
    return { text, epoch: Date.parse(`${text}Z`) / 1_000 }
  })
}

/** Whether a server has answered the probes with these seconds since the epoch, as a server in UTC does. */
export function isUtc(answers: readonly unknown[]): boolean {
  return utcProbes().every(({ epoch }, i) => Number(answers[i]) === epoch)
}
