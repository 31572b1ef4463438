import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FaultError } from '../../core/errors.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { QueryResult } from '../driver.ts'
import type { ChildAnswer, ChildChange, ChildQuestion } from './child.ts'
import { lockedFault } from './faults.ts'

/** The built child, beside what this file is built into. */
const CHILD = new URL('./child.js', import.meta.url)

/** A lock that was last seen longer ago does not explain why a query takes long. */
const LOCKED_MS = 1_000

/** Asks SQLite in a process that can be killed meanwhile. */
export interface Asker {
  /**
   * Asks one question; they follow one another. When time is up, the process is killed, and the next question starts a
   * new one.
   *
   * @throws FaultError of scope `check`
   */
  ask(question: ChildQuestion, timeoutMs: number): Promise<QueryResult>
  /** The same for what is to be written to tables of ours. */
  change(change: ChildChange, timeoutMs: number): Promise<readonly QueryResult[]>
  close(): void
}

/**
 * The first question starts the process.
 *
 * @param signal kills the process, whatever it does
 */
export function createAsker(signal: AbortSignal): Asker {
  const lent: Lent = {}
  const stop = (): void => kill(lent)
  signal.addEventListener('abort', stop)
  return {
    ask: async (question, timeoutMs) => {
      const [result] = await ask(lent, question, { signal, timeoutMs })
      if (result === undefined) throw lost()
      return result
    },
    change: async (change, timeoutMs) => await ask(lent, change, { signal, timeoutMs }),
    close: () => {
      signal.removeEventListener('abort', stop)
      stop()
    },
  }
}

interface Lent {
  running?: ChildProcess | undefined
  waiting?: Waiting
}

interface Waiting {
  readonly resolve: (results: readonly QueryResult[]) => void
  readonly reject: (error: FaultError) => void
  readonly onBusy: () => void
}

async function ask(
  lent: Lent,
  question: ChildQuestion | ChildChange,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<readonly QueryResult[]> {
  let busyAt = Number.NEGATIVE_INFINITY
  const onBusy = (): void => {
    busyAt = nowMs()
  }
  const late = (waited: string): FaultError =>
    nowMs() - busyAt < LOCKED_MS ? lockedFault(waited, 'check') : tooLong(waited)
  const work = (stop: AbortSignal): Promise<readonly QueryResult[]> =>
    new Promise((resolve, reject) => {
      stop.addEventListener('abort', () => kill(lent))
      lent.waiting = { resolve, reject, onBusy }
      lent.running ??= start(lent)
      lent.running.send(question, (error) => error !== null && reject(lost(error)))
    })
  return await withLimit(work, { signal, timeoutMs, late })
}

function start(lent: Lent): ChildProcess {
  const { fork } = process.getBuiltinModule('node:child_process')
  const started = fork(fileURLToPath(CHILD), [String(process.pid)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  })
  const end = (cause?: Error): void => {
    if (lent.running !== started) return
    lent.running = undefined
    lent.waiting?.reject(lost(cause))
  }
  started.on('error', end)
  started.once('exit', () => end())
  started.on('message', (answer: ChildAnswer) => {
    // Both are built together, so the answer has the declared type.
    if (lent.running === started && lent.waiting !== undefined) hear(answer, lent.waiting)
  })
  return started
}

function kill(lent: Lent): void {
  lent.running?.kill('SIGKILL')
  lent.running = undefined
}

function hear(answer: ChildAnswer, { resolve, reject, onBusy }: Waiting): void {
  switch (answer.kind) {
    case 'busy':
      onBusy()
      break
    case 'result':
      resolve(answer.results)
      break
    case 'fault':
      reject(new FaultError(answer.fault))
      break
  }
}

function tooLong(waited: string): FaultError {
  return new FaultError({ kind: 'timeout', scope: 'check', message: `the query took longer than ${waited}` })
}

function lost(cause?: Error): FaultError {
  const message = 'the process that asked the database ended without an answer'
  return new FaultError({ kind: 'failed', scope: 'check', message }, { cause })
}
