import { Worker } from 'node:worker_threads'
import { FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import type { QueryResult } from '../driver.ts'
import { loadEngine } from './engine.ts'
import { inEngine, unlessBusy } from './faults.ts'
import type { SqliteEngine, SqliteFile, SqliteQuestion } from './file.ts'

/** What the child process is asked, one question after the other, all about the same file. */
export interface ChildQuestion extends SqliteQuestion {
  readonly path: string
}

/** What it answers: `busy` as often as it finds the file locked, one of the others at the end. */
export type ChildAnswer =
  | { readonly kind: 'busy' }
  | { readonly kind: 'result'; readonly result: QueryResult }
  | { readonly kind: 'fault'; readonly fault: Fault }

const RETRY_MS = 50

/**
 * SQLite lets nothing else run in its thread: whether there is still somebody to answer, another thread has to look.
 * A process whose parent has gone is given to another one.
 */
const WATCHDOG = `
  const { workerData: parent } = require('node:worker_threads')
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500)`

new Worker(WATCHDOG, { eval: true, workerData: Number(process.argv[2]) }).unref()

process.once('disconnect', () => process.exit())
process.on('message', (question: ChildQuestion) => void answer(question))

/** The file, from the first question on. */
let opened: { readonly engine: SqliteEngine; readonly file: SqliteFile } | undefined

async function answer(question: ChildQuestion): Promise<void> {
  try {
    const result = await look(question)
    if (result !== undefined) return tell({ kind: 'result', result })
    tell({ kind: 'busy' })
    setTimeout(() => void answer(question), RETRY_MS)
  } catch (error) {
    // Everything else ends the process, which its parent notices.
    if (!(error instanceof FaultError)) throw error
    tell({ kind: 'fault', fault: error.fault })
  }
}

/** @returns undefined where another program holds the file */
async function look({ path, ...question }: ChildQuestion): Promise<QueryResult | undefined> {
  const engine = opened?.engine ?? (await loadEngine())
  return inEngine(engine, { path, scope: 'check' }, () => {
    opened ??= { engine, file: engine.open(path) }
    const { file } = opened
    return unlessBusy(engine, () => file.query(question))
  })
}

function tell(answer: ChildAnswer): void {
  process.send?.(answer)
}
