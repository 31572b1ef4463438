import { FaultError, LastaliveError } from '../../../core/errors.ts'
import { parseLastRun } from '../../../core/last-run.ts'
import type { LastRun } from '../../../core/ports.ts'
import { changeDatabase } from '../../../drivers/change.ts'
import type { SqlTarget } from '../../../drivers/target.ts'
import { beatOf, LONGEST_NAME, readingOf, WATCHER_TABLE } from '../../../sources/peer/table.ts'

/** A run that leaves nothing has told all the same, and is not to be late for the next one. */
const LONGEST_MS = 10_000

interface Row {
  /** as the configuration calls it */
  readonly database: string
  readonly target: SqlTarget
  /** the name of this watcher */
  readonly name: string
}

/**
 * Leaves the row of this watcher in the table of watchers.
 *
 * @param runs.before what the run before has left here
 * @param until when it must be over
 * @returns what went wrong
 */
export async function leaveRow(
  { database, target, name }: Row,
  { left, before }: { readonly left: LastRun; readonly before: LastRun | undefined },
  until: Date,
): Promise<readonly string[]> {
  const table = `${WATCHER_TABLE.name} of database ${database}`
  const failed = (why: string): readonly string[] => [`nothing is left for peers in ${table}: ${why}`]
  if (name.length > LONGEST_NAME) return failed(`the instance is longer than ${LONGEST_NAME} characters`)
  const { driver } = target
  const beat = beatOf(driver, { name, lastRun: JSON.stringify(left) })
  const timeoutMs = Math.min(LONGEST_MS, Math.max(0, until.getTime() - Date.now()))
  try {
    const changes = [{ sql: readingOf(driver), parameters: [name] }, beat]
    const [found] = await changeDatabase(target, changes, { signal: AbortSignal.timeout(timeoutMs), timeoutMs })
    const there = parseLastRun(found?.rows[0]?.[1]?.text ?? '')
    return isOfAnother(there, before)
      ? [`another watcher is called ${name} as well, in ${table}: give each an instance of its own`]
      : []
  } catch (error) {
    if (error instanceof FaultError) return failed(wordsOf(error))
    if (error instanceof LastaliveError) return failed(error.message)
    throw error
  }
}

/** Of two watchers with one name, none could be missed: each would be taken for the other. */
function isOfAnother(there: LastRun | undefined, before: LastRun | undefined): boolean {
  return there !== undefined && before !== undefined && there.at > before.at
}

function wordsOf({ fault: { message, cure, unknownName } }: FaultError): string {
  const what = unknownName === 'table' ? 'make it: lastalive schema watchers --url … --apply' : cure
  return what === undefined ? message : `${message}; ${what}`
}
