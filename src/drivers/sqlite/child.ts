import { FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import { endWithParent } from '../../io/process/watchdog.ts'
import type { Change, QueryResult } from '../driver.ts'
import { loadEngine } from './engine.ts'
import { inEngine, unlessBusy } from './faults.ts'
import type { SqliteEngine, SqliteFile, SqliteQuestion } from './file.ts'

export interface ChildQuestion extends SqliteQuestion {
  readonly path: string
}

/** What is to be written to tables of ours. */
export interface ChildChange {
  readonly path: string
  readonly changes: readonly Change[]
}

/** The answers: `busy` each time that the file is locked, one of the others at the end. */
export type ChildAnswer =
  | { readonly kind: 'busy' }
  | { readonly kind: 'result'; readonly results: readonly QueryResult[] }
  | { readonly kind: 'fault'; readonly fault: Fault }

const RETRY_MS = 50

// SQLite lets nothing else run in its thread, so that no event of this process would be heard.
endWithParent(Number(process.argv[2]))

process.once('disconnect', () => process.exit())
process.on('message', (question: ChildQuestion | ChildChange) => void answer(question))

let opened: { readonly engine: SqliteEngine; readonly file: SqliteFile } | undefined

async function answer(question: ChildQuestion | ChildChange): Promise<void> {
  try {
    const results = 'changes' in question ? await change(question) : await look(question)
    if (results !== undefined) return tell({ kind: 'result', results })
    tell({ kind: 'busy' })
    setTimeout(() => void answer(question), RETRY_MS)
  } catch (error) {
    // Other errors end the process, and the parent notices.
    if (!(error instanceof FaultError)) throw error
    tell({ kind: 'fault', fault: error.fault })
  }
}

/** @returns undefined if another program holds the file */
async function look({ path, ...question }: ChildQuestion): Promise<readonly QueryResult[] | undefined> {
  const engine = opened?.engine ?? (await loadEngine())
  return inEngine(engine, { path, scope: 'check' }, () => {
    opened ??= { engine, file: engine.open(path) }
    const { file } = opened
    return unlessBusy(engine, () => [file.query(question)])
  })
}

/** @returns undefined if another program holds the file: nothing of it is written then */
async function change({ path, changes }: ChildChange): Promise<readonly QueryResult[] | undefined> {
  const engine = await loadEngine()
  return inEngine(engine, { path, scope: 'check', isWriting: true }, () =>
    unlessBusy(engine, () => engine.change(path, changes)),
  )
}

function tell(answer: ChildAnswer): void {
  process.send?.(answer)
}
