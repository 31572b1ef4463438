import { FaultError, LastaliveError } from '../../core/errors.ts'
import { withDatabase } from '../../drivers/open.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { nowMs } from '../../io/now.ts'
import type { Fetched } from './fetched.ts'
import type { PeerRow } from './look.ts'
import { readingOf, WATCHER_TABLE } from './table.ts'

/** How to make the table. */
const MAKE_IT = 'make it: lastalive schema watchers --url … --apply'

/** Reads the row that another watcher has left. */
export async function fromTable(
  { database, name }: PeerRow,
  target: SqlTarget,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Fetched> {
  const table = `${WATCHER_TABLE.name} of database ${database}`
  const end = nowMs() + timeoutMs
  try {
    const { rows } = await withDatabase(target, { signal, timeoutMs }, (connection) =>
      connection.query(readingOf(target.driver), [name], { timeoutMs: Math.max(0, end - nowMs()), maxRows: 1 }),
    )
    const [row] = rows
    if (row === undefined) return nothing(`there is no row ${name} in ${table}`, LEAVE_IT)
    const [age, lastRun] = row
    const seconds = Number(age?.text ?? Number.NaN)
    if (!Number.isFinite(seconds)) return { kind: 'strange', why: `its row in ${table} has no time` }
    return { kind: 'text', text: lastRun?.text ?? '', age: seconds }
  } catch (error) {
    if (signal.aborted) return { kind: 'nothing', fault: { kind: 'timeout', message: NOT_IN_TIME } }
    if (error instanceof FaultError) {
      const { message, cure, unknownName } = error.fault
      return nothing(`cannot read ${table}: ${message}`, unknownName === 'table' ? MAKE_IT : cure)
    }
    if (error instanceof LastaliveError) return nothing(`cannot read ${table}: ${error.message}`)
    throw error
  }
}

const NOT_IN_TIME = 'no answer within the time for reading'
const LEAVE_IT = 'let that watcher leave it: lastalive run --beat-to DATABASE'

function nothing(why: string, cure?: string): Fetched {
  const fault = { kind: 'unreachable', message: `no answer: ${why}` } as const
  return { kind: 'nothing', fault: cure === undefined ? fault : { ...fault, cure } }
}
