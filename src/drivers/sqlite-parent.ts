import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FaultError } from '../core/errors.ts'
import type { QueryResult } from './driver.ts'
import { withLimit } from './limit.ts'
import type { ChildAnswer, ChildQuestion } from './sqlite-child.ts'
import { lockedFault, sqliteFault } from './sqlite-faults.ts'

/** The program that answers, as it lies after the build: in the same directory as what this file became. */
const CHILD = new URL('./sqlite-child.js', import.meta.url)

/**
 * Asks an SQLite file in a process of its own, which is killed when time is up.
 *
 * @throws FaultError of scope `check`
 */
export async function askChild(
  question: ChildQuestion,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<QueryResult> {
  let isLocked = false
  const late = (waited: string): FaultError => (isLocked ? lockedFault(waited, 'check') : tooLong(waited))
  const work = (stop: AbortSignal): Promise<QueryResult> =>
    new Promise((resolve, reject) => {
      const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const
      const asked = fork(fileURLToPath(CHILD), { execArgv: [], stdio: [...stdio], serialization: 'advanced' })
      const kill = (): void => void asked.kill('SIGKILL')
      stop.addEventListener('abort', kill)
      asked.once('error', (error) => reject(lost(error)))
      asked.once('exit', () => reject(lost()))
      // Both are built together: what arrives is what the child declares.
      asked.on('message', (answer: ChildAnswer) => {
        switch (answer.kind) {
          case 'busy':
            isLocked = true
            return
          case 'result':
            resolve(answer.result)
            return kill()
          case 'failure':
            reject(sqliteFault(answer.failure, { path: question.path, scope: 'check' }))
            return kill()
        }
      })
      asked.send(question, (error) => error !== null && reject(lost(error)))
    })
  return await withLimit(work, { signal, timeoutMs, late })
}

function tooLong(waited: string): FaultError {
  return new FaultError({ kind: 'timeout', scope: 'check', message: `the query took longer than ${waited}` })
}

function lost(cause?: Error): FaultError {
  const message = 'the process that asked the database ended without an answer'
  return new FaultError({ kind: 'failed', scope: 'check', message }, { cause })
}
