import { constants } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:process'
import { DriverMissingError, errorCode, errorMessage } from '../core/errors.ts'
import { close } from '../fs.ts'
import type { TryLock } from './run-lock.ts'
import { openKept } from './safe-file.ts'

/** The little that is used of either way to lock. */
export interface LockPackages {
  native(): Promise<{ tryLock(fd: number): boolean }>
  sqlite(): Promise<{
    new (path: string, options: { timeout: number }): { exec(sql: string): unknown; close(): unknown }
  }>
}

const INSTALLED: LockPackages = {
  native: loadNative,
  sqlite: async () => (await import('better-sqlite3')).default,
}

/** The native file, as its package calls it: throws where another process has the lock. */
interface NativeFile {
  tryLock(fd: number, offset: number, length: number, isExclusive: boolean): void
}

/** By its path, where it has the usual one: the package looks for it in twenty files of its own. */
async function loadNative(): ReturnType<LockPackages['native']> {
  let file: NativeFile
  try {
    file = createRequire(import.meta.url)(
      `fs-native-extensions/prebuilds/${platform}-${arch}/fs-native-extensions.node`,
    )
  } catch {
    // What is wrong, if anything is, the package says itself.
    return import('fs-native-extensions')
  }
  return {
    tryLock: (fd) => {
      try {
        file.tryLock(fd, 0, 0, true)
        return true
      } catch (error) {
        if (errorCode(error) === 'EAGAIN') return false
        throw error
      }
    },
  }
}

/**
 * Finds a lock that the kernel releases when its process dies: an OFD lock, or, where there is no binary for it (musl),
 * an exclusive SQLite transaction on a file beside it.
 *
 * @throws DriverMissingError where neither can be had: a run never goes on unlocked
 */
export async function findKernelLock(packages: LockPackages = INSTALLED): Promise<TryLock> {
  try {
    const { tryLock } = await packages.native()
    return (fd) => tryLock(fd)
  } catch (nativeError) {
    return findSqliteLock(packages, nativeError)
  }
}

async function findSqliteLock(packages: LockPackages, nativeError: unknown): Promise<TryLock> {
  try {
    const Database = await packages.sqlite()
    return async (_fd, path) => {
      const beside = `${path}.sqlite`
      // Made here, so that it is refused where it is a link or somebody else's.
      await close(await openKept(beside, constants.O_RDWR))
      const database = new Database(beside, { timeout: 0 })
      try {
        database.exec('BEGIN EXCLUSIVE')
        held.push(database)
        return true
      } catch (error) {
        database.close()
        if (errorCode(error).startsWith('SQLITE_BUSY')) return false
        throw error
      }
    }
  } catch (sqliteError) {
    const message =
      `cannot lock: fs-native-extensions: ${errorMessage(nativeError)}; better-sqlite3: ${errorMessage(sqliteError)}; ` +
      'run: npm rebuild better-sqlite3'
    throw new DriverMissingError('fs-native-extensions', message, { cause: nativeError })
  }
}

/** Open transactions, kept from the garbage collector: they end with the process. */
const held: unknown[] = []
