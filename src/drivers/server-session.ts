import type { Socket } from 'node:net'
import { FaultError } from '../core/errors.ts'
import { noAnswer } from '../io/net/faults.ts'
import { allowAnswer, lossOf } from '../io/net/guarded-socket.ts'
import { withLimit } from '../io/net/time-limit.ts'
import { nowMs } from '../io/now.ts'
import type { Connection, Dialect, QueryResult, ServerQuestion } from './driver.ts'

/** How long to wait for a server to take our goodbye. */
const FAREWELL_MS = 500

/** A connection to a server. Once broken, it stays broken. */
export interface ServerSession {
  readonly socket: Socket
  readonly signal: AbortSignal
  broken?: FaultError
}

/**
 * By how much a server's limit is below ours, so that the server itself can say why there is no answer. A busy machine
 * needs that long to give both a turn.
 */
export function marginOf(limitMs: number): number {
  return Math.min(500, limitMs * 0.2)
}

/** Continues a server's clock by our monotonic one. */
export function runningClock(at: Date): () => Date {
  const readMs = nowMs()
  return () => new Date(at.getTime() + nowMs() - readMs)
}

/**
 * Asks within a limit of time and of size. Beyond either, or if the server is lost, the connection is broken.
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

/** A connection that is lost during a query is that query's fault. */
function inCheck(loss: FaultError | undefined): FaultError | undefined {
  return loss && new FaultError({ ...loss.fault, scope: 'check' }, { cause: loss })
}

function destroy(session: ServerSession, reason: FaultError): FaultError {
  session.broken = reason
  session.socket.destroy()
  return reason
}

/** What a driver does with a database that it has opened. */
interface Served<Open> {
  readonly dialect: Dialect
  readonly ask: (open: Open, question: ServerQuestion) => Promise<QueryResult>
  readonly sayGoodbye: (open: Open) => Promise<void>
}

/** Lends an open database, and leaves it in any case. */
export async function lend<Open extends ServerSession & { now(): Date }, T>(
  open: Open,
  { dialect, ask, sayGoodbye }: Served<Open>,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const query: Connection['query'] = (sql, parameters, { timeoutMs, maxRows, session = 'utc' }) =>
    ask(open, { sql, parameters, timeoutMs, maxRows, session })
  try {
    return await use({ dialect, now: open.now, query })
  } finally {
    await leave(open, () => sayGoodbye(open))
  }
}

/** Says goodbye if the server can hear it, and closes in any case. */
export async function leave(session: ServerSession, sayGoodbye: () => Promise<void>): Promise<void> {
  try {
    if (session.broken !== undefined) return
    const late = (waited: string): FaultError => noAnswer(waited, 'check')
    await withLimit(sayGoodbye, { signal: session.signal, timeoutMs: FAREWELL_MS, late })
  } catch {
    // All questions are answered, and the server drops the rest when the socket closes.
  } finally {
    session.socket.destroy()
  }
}

/**
 * Two instants of this year in UTC, in winter and in summer, with their epoch seconds. A server that agrees is in UTC,
 * whatever its zone is called.
 */
export function utcProbes(): readonly { readonly text: string; readonly epoch: number }[] {
  const year = new Date().getUTCFullYear()
  return ['01', '07'].map((month) => {
    const text = `${year}-${month}-15 12:00:00`
    return { text, epoch: Date.parse(`${text}Z`) / 1_000 }
  })
}

/** Whether a server's epoch seconds for the probes are those of UTC. */
export function isUtc(answers: readonly unknown[]): boolean {
  return utcProbes().every(({ epoch }, i) => Number(answers[i]) === epoch)
}
