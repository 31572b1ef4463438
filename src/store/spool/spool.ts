import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { millisecondsInDay } from 'date-fns/constants'
import { errorCode, errorMessage, StateError } from '../../core/errors.ts'
import { outputLeftOut, withoutOutput } from '../../core/job.ts'
import { readdir } from '../../io/files/fs.ts'
import { makeDirectory, readOwn, removeOwn, whyNot, writeOwn } from '../../io/files/safe-file.ts'
import { parseSpooled, type Spooled, textOf } from './entry.ts'

/** So many events wait at most, */
export const MOST_EVENTS = 10_000
/** and so many of them with their output, of which each may be 100 kB. */
export const MOST_OUTPUTS = 200

/** A waiting event, and the file that it lies in. */
export interface Waiting extends Spooled {
  readonly path: string
}

/** A few of those that wait. */
export interface Few {
  readonly events: readonly Waiting[]
  readonly problems: readonly string[]
}

/** Events of jobs that wait for their database. Several commands may add and take at the same time. */
export interface Spool {
  /**
   * Keeps an event: afterwards it is there, whatever is killed when. Its output is left out where too many wait.
   *
   * @throws StateError where it cannot be kept
   */
  add(spooled: Spooled): Promise<void>
  /** How many wait; 0 where there is no spool. */
  count(): Promise<number>
  /** What waits for a place, the oldest first, a few at a time; with each few what cannot be read of them. */
  waiting(to: readonly string[], atOnce: number): AsyncIterable<Few>
  /** @throws StateError */
  remove(waiting: Waiting): Promise<void>
}

const ENTRY = /^\d{14}-\d+-[0-9a-f]{8}-[0-9a-f]{8}(?:-o)?\.json$/
const WITH_OUTPUT = /-o\.json$/
/** Each has an output of at most 100 kB, as base64. */
const LARGEST_BYTES = 256 * 1024

/** The events that wait in a directory, which is made when one has to. */
export function createSpool(directory: string): Spool {
  const list = async (): Promise<readonly string[]> => {
    try {
      const names = await readdir(directory)
      for (const name of names) if (isLeftOver(name)) await removeOwn(join(directory, name))
      return names.filter((name) => ENTRY.test(name)).toSorted()
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw new StateError(`cannot read ${directory}: ${whyNot(error)}`, { path: directory, cause: error })
    }
  }
  return {
    add: async ({ to, event }) => {
      await makeDirectory(directory).catch((error: unknown) => {
        throw new StateError(`cannot make ${directory}: ${whyNot(error)}`, { path: directory, cause: error })
      })
      const names = await list()
      if (names.length >= MOST_EVENTS) {
        throw new StateError(`${names.length} events wait in ${directory}, which is as many as may`, {
          path: directory,
        })
      }
      const isFull = names.filter((name) => WITH_OUTPUT.test(name)).length >= MOST_OUTPUTS
      const kept = isFull ? withoutOutput(event, outputLeftOut(`${MOST_OUTPUTS} others waited with theirs`)) : event
      await writeOwn(join(directory, nameOf({ to, event: kept })), textOf({ to, event: kept }))
    },
    count: async () => (await list()).length,
    waiting: async function* (to, atOnce) {
      const marks = to.map((place) => `-${markOf(place)}`)
      const names = (await list()).filter((name) => marks.some((mark) => name.includes(mark)))
      for (let from = 0; from < names.length; from += atOnce) {
        const few = await Promise.all(names.slice(from, from + atOnce).map((name) => readEntry(join(directory, name))))
        const problems = few.flatMap((one) => (typeof one === 'string' ? [one] : []))
        const events = few.flatMap((one) => (typeof one === 'object' && to.includes(one.to) ? [one] : []))
        yield { events, problems }
      }
    },
    remove: ({ path }) => removeOwn(path),
  }
}

/** Half of a file, which a command that was killed has left. No command takes a day to write one. */
function isLeftOver(name: string): boolean {
  const writtenAt = /^(\d{14})-.*\.json\.tmp$/.exec(name)?.[1]
  return writtenAt !== undefined && Date.now() - Number(writtenAt) > millisecondsInDay
}

/** What waits in a file, or what is wrong with it; undefined where somebody else has taken it meanwhile. */
async function readEntry(path: string): Promise<Waiting | string | undefined> {
  const found = await readOwn(path, { largestBytes: LARGEST_BYTES })
  if (found.kind === 'nothing') return undefined
  const spooled = found.kind === 'text' ? parseSpooled(found.text) : found.why
  return typeof spooled === 'string' ? `cannot use ${path}: ${spooled}` : { ...spooled, path }
}

/** In the order of their times, with the place that they are for; no two commands make the same. */
function nameOf({ to, event: { at, output } }: Spooled): string {
  const time = String(Math.max(0, at.getTime())).padStart(14, '0')
  const own = `${process.pid}-${randomBytes(4).toString('hex')}`
  return `${time}-${own}-${markOf(to)}${output === undefined ? '' : '-o'}.json`
}

/** By which those for other places are passed over unread. */
function markOf(to: string): string {
  return createHash('sha256').update(to).digest('hex').slice(0, 8)
}

/** Why something could not be kept, in words. */
export function whyNotKept(error: unknown): string {
  return error instanceof StateError ? error.message : errorMessage(error)
}
