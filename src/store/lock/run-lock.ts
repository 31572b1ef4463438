import { constants } from 'node:fs'
import * as v from 'valibot'
import { errorCode, errorMessage, LastaliveError, StateError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports.ts'
import { readJson } from '../../core/shape/json.ts'
import type { Seconds } from '../../core/types.ts'
import { close, fstat, ftruncate, read, stat, write } from '../../io/files/fs.ts'
import { openKept, whyNot } from '../../io/files/safe-file.ts'

/** Who holds the lock: what stands in its file. */
export interface Holder {
  readonly pid: number
  readonly since: string
  /** when its time is over, so that it should have ended */
  readonly until: string
  /** the same for runs of the same configuration and selection */
  readonly signature: string
}

/** What came of asking for the lock. */
export type RunLock =
  | { readonly kind: 'held'; release(): Promise<void> }
  /** another run is doing the very same at this moment */
  | { readonly kind: 'same'; readonly holder: Holder }
  /** another run still holds it: the time to wait is up, or its own is, so that it hangs or was stopped */
  | { readonly kind: 'busy'; readonly holder: Holder | undefined; readonly isOverdue: boolean }
  /** its file cannot be made or used, or nothing gives a lock */
  | { readonly kind: 'unusable'; readonly message: string; readonly path: string }

/** Takes an exclusive lock on an open file without waiting; the kernel lets go of it when the process dies. */
export type TryLock = (fd: number, path: string) => Promise<boolean> | boolean

const written = v.object({ pid: v.number(), since: v.string(), until: v.string(), signature: v.string() })

/**
 * What tells one kind of run from another, in a few characters: a hash by multiplication, as it is used for tables. Those
 * that cannot be forged take Node longer to load than all else that a quiet run needs for its state.
 */
export function signatureOf(facts: readonly unknown[]): string {
  let [one, other] = [0x811c9dc5, 0x9e3779b9]
  for (const byte of Buffer.from(JSON.stringify(facts))) {
    one = Math.imul(one ^ byte, 0x01000193)
    other = Math.imul(other ^ byte, 0x85ebca6b)
  }
  return [one, other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}

const POLL_MS = 25
/** What a run may take beyond its time before it counts as stuck. */
const OVERTIME_MS = 1_500

/**
 * Lets one run at a time into a state directory, by a kernel lock that dies with its process. The file itself is never
 * removed. Local disks only.
 *
 * @param options.signal ends the waiting
 */
export async function takeRunLock(
  path: string,
  options: {
    readonly signature: string
    readonly signal: AbortSignal
    /** how long this run may take once it has the lock */
    readonly timeout: Seconds
    readonly clock: Clock
    /** finds how to lock */
    readonly findLock: () => Promise<TryLock>
    /** sees to the directory of the file; throws StateError where it cannot be used */
    readonly prepare?: () => Promise<void>
  },
): Promise<RunLock> {
  try {
    const tryLock = await options.findLock()
    for (;;) {
      await options.prepare?.()
      const lock = await takeAt(path, { ...options, tryLock })
      if (lock !== undefined) return lock
    }
  } catch (error) {
    // Whatever it is, it must not keep the run from telling.
    if (error instanceof LastaliveError) return { kind: 'unusable', message: error.message, path }
    if (errorCode(error) === '') throw error
    return { kind: 'unusable', message: `cannot lock ${path}: ${whyNot(error)}`, path }
  }
}

interface Waiting extends Omit<Parameters<typeof takeRunLock>[1], 'findLock'> {
  readonly tryLock: TryLock
}

/** @returns undefined where somebody has removed the file in between */
async function takeAt(path: string, options: Waiting): Promise<RunLock | undefined> {
  const file = await openKept(path, constants.O_RDWR)
  let lock: RunLock | undefined
  try {
    lock = await poll(file, path, options)
    return lock
  } finally {
    if (lock?.kind !== 'held') await close(file)
  }
}

async function poll(file: number, path: string, options: Waiting): Promise<RunLock | undefined> {
  for (;;) {
    if (await options.tryLock(file, path)) return (await isStillThere(file, path)) ? hold(file, options) : undefined
    const holder = await readHolder(file)
    const isLate = holder !== undefined && isOverdue(holder, options.clock.now())
    const isSame = holder?.signature === options.signature && isAlive(holder.pid)
    if (isSame && !isLate) return { kind: 'same', holder }
    if (isSame || options.signal.aborted) return { kind: 'busy', holder, isOverdue: isLate }
    const { setTimeout: sleep } = await import('node:timers/promises')
    await sleep(POLL_MS)
  }
}

async function hold(file: number, { signature, clock, timeout }: Waiting): Promise<RunLock> {
  const now = clock.now()
  const until = new Date(now.getTime() + timeout * 1_000)
  const holder: Holder = { pid: process.pid, since: now.toISOString(), until: until.toISOString(), signature }
  const release = async (): Promise<void> => {
    // Emptied, so that the next one to wait does not take us for the new holder. The close is what lets go.
    await ftruncate(file).catch(() => undefined)
    await close(file)
  }
  try {
    await ftruncate(file)
    await write(file, `${JSON.stringify(holder)}\n`, 0)
  } catch (error) {
    // On a full disk the lock holds all the same; others then wait for it instead of leaving at once.
    if (errorCode(error) === '') throw error
  }
  return { kind: 'held', release }
}

async function isStillThere(file: number, path: string): Promise<boolean> {
  try {
    const [ours, there] = [await fstat(file), await stat(path)]
    return ours.ino === there.ino && ours.dev === there.dev
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw new StateError(`cannot look at ${path}: ${errorMessage(error)}`, { path, cause: error })
  }
}

async function readHolder(file: number): Promise<Holder | undefined> {
  const { buffer, bytesRead } = await read(file, Buffer.alloc(512), 0, 512, 0)
  return readJson(written, buffer.toString('utf8', 0, bytesRead))
}

/** A run ends with its time, and a little later at the worst; one that seems to begin in the future had another clock. */
function isOverdue({ since, until }: Holder, now: Date): boolean {
  return now.getTime() > Date.parse(until) + OVERTIME_MS || now.getTime() < Date.parse(since) - OVERTIME_MS
}

/** A holder that was killed leaves its name behind; its successor may not have written its own yet. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
