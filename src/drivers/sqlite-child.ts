import type { QueryResult } from './driver.ts'
import { loadEngine } from './sqlite-engine.ts'
import { failureOf, isBusy, type SqliteFailure } from './sqlite-faults.ts'

/** What the child process is asked. */
export interface ChildQuestion {
  readonly path: string
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** What it answers: `busy` as often as it finds the file locked, one of the others at the end. */
export type ChildAnswer =
  | { readonly kind: 'busy' }
  | { readonly kind: 'result'; readonly result: QueryResult }
  | { readonly kind: 'failure'; readonly failure: SqliteFailure }

const RETRY_MS = 50

process.once('message', (question: ChildQuestion) => void answer(question))

async function answer({ path, sql, parameters }: ChildQuestion): Promise<void> {
  const engine = await loadEngine()
  try {
    const file = engine.open(path)
    process.send?.({ kind: 'result', result: file.query(sql, parameters) } satisfies ChildAnswer)
  } catch (error) {
    const failure = failureOf(error, engine.codeOf)
    if (!isBusy(failure.code)) return void process.send?.({ kind: 'failure', failure } satisfies ChildAnswer)
    process.send?.({ kind: 'busy' } satisfies ChildAnswer)
    setTimeout(() => void answer({ path, sql, parameters }), RETRY_MS)
  }
}
