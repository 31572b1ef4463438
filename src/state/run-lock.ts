import { constants } from 'node:fs'
import { type FileHandle, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode, errorMessage, StateError } from '../core/errors.ts'
import { openKept } from './safe-file.ts'

/** Who holds the lock: what stands in its file. */
export interface Holder {
  readonly pid: number
  readonly since: string
  /** the same for runs of the same configuration and selection */
  readonly signature: string
}

/** What came of asking for the lock. */
export type RunLock =
  | { readonly kind: 'held'; release(): Promise<void> }
  /** another run is doing the very same at this moment */
  | { readonly kind: 'same'; readonly holder: Holder }
  /** the time is up, and another run still holds it */
  | { readonly kind: 'busy'; readonly holder: Holder | undefined }
  /** the file for it cannot be made or used */
  | { readonly kind: 'unusable'; readonly message: string; readonly path: string }

/** Takes an exclusive lock on an open file without waiting; the kernel lets go of it when the process dies. */
export type TryLock = (fd: number, path: string) => Promise<boolean> | boolean

const POLL_MS = 25

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
    readonly now: Date
    readonly tryLock: TryLock
  },
): Promise<RunLock> {
  for (;;) {
    let file: FileHandle
    try {
      file = await openKept(path, constants.O_RDWR)
    } catch (error) {
      if (error instanceof StateError) return { kind: 'unusable', message: error.message, path }
      throw error
    }
    const lock = await poll(file, path, options)
    if (lock === undefined) continue
    if (lock.kind !== 'held') await file.close()
    return lock
  }
}

async function poll(
  file: FileHandle,
  path: string,
  options: Parameters<typeof takeRunLock>[1],
): Promise<RunLock | undefined> {
  for (;;) {
    if (await options.tryLock(file.fd, path)) {
      if (await isStillThere(file, path)) return hold(file, options)
      await file.close()
      return undefined
    }
    const holder = await readHolder(file)
    if (holder?.signature === options.signature && isAlive(holder.pid)) return { kind: 'same', holder }
    if (options.signal.aborted) return { kind: 'busy', holder }
    await sleep(POLL_MS)
  }
}

async function hold(file: FileHandle, { signature, now }: Parameters<typeof takeRunLock>[1]): Promise<RunLock> {
  const holder: Holder = { pid: process.pid, since: now.toISOString(), signature }
  const release = async (): Promise<void> => {
    // Emptied, so that the next one to wait does not take us for the new holder. The close is what lets go.
    await file.truncate(0).catch(() => undefined)
    await file.close()
  }
  try {
    await file.truncate(0)
    await file.write(`${JSON.stringify(holder)}\n`, 0)
  } catch (error) {
    // On a full disk the lock holds all the same; others then wait for it instead of leaving at once.
    if (errorCode(error) === '') throw error
  }
  return { kind: 'held', release }
}

async function isStillThere(file: FileHandle, path: string): Promise<boolean> {
  try {
    const [ours, there] = [await file.stat(), await stat(path)]
    return ours.ino === there.ino && ours.dev === there.dev
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw new StateError(`cannot look at ${path}: ${errorMessage(error)}`, { path, cause: error })
  }
}

async function readHolder(file: FileHandle): Promise<Holder | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
  try {
    const value: unknown = JSON.parse(buffer.toString('utf8', 0, bytesRead))
    if (typeof value !== 'object' || value === null) return undefined
    if (!('pid' in value && 'since' in value && 'signature' in value)) return undefined
    const { pid, since, signature } = value
    if (typeof pid !== 'number' || typeof since !== 'string' || typeof signature !== 'string') return undefined
    return { pid, since, signature }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
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
