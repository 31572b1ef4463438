import { constants } from 'node:fs'
import { DriverMissingError, errorCode, errorMessage } from '../core/errors.ts'
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
  native: () => import('fs-native-extensions'),
  sqlite: async () => (await import('better-sqlite3')).default,
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
      await (await openKept(beside, constants.O_RDWR)).close()
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
