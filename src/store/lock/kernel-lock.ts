import { constants as flags } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { arch, platform } from 'node:process'
import { DriverMissingError, errorCode, errorMessage, StateError } from '../../core/errors.ts'
import { close } from '../../io/files/fs.ts'
import { openKept } from '../../io/files/safe-file.ts'
import type { TryLock } from './run-lock.ts'

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
 * @throws DriverMissingError where neither can be had, StateError where too many files are open to find out
 */
export async function findKernelLock(packages: LockPackages = INSTALLED): Promise<TryLock> {
  try {
    const { tryLock } = await packages.native()
    return (fd) => withCode(() => tryLock(fd))
  } catch (nativeError) {
    // The other way would not keep out who has it by this one.
    if (isOutOfFiles(nativeError)) throw new StateError(OUT_OF_FILES, { path: '', cause: nativeError })
    return findSqliteLock(packages, nativeError)
  }
}

/** Native code that has no name for an error of the system gives its number. */
function withCode(lock: () => boolean): boolean {
  try {
    return lock()
  } catch (error) {
    if (!errorMessage(error).endsWith(`system error -${constants.errno.ENOLCK}`)) throw error
    throw Object.assign(new Error('no locks available', { cause: error }), { code: 'ENOLCK' })
  }
}

const OUT_OF_FILES = 'cannot lock: too many open files (ulimit -n); raise the limit'

/** Who loads native code says it in words alone. */
function isOutOfFiles(error: unknown): boolean {
  return /^E[MN]FILE$/.test(errorCode(error)) || /too many open files/i.test(errorMessage(error))
}

async function findSqliteLock(packages: LockPackages, nativeError: unknown): Promise<TryLock> {
  try {
    const Database = await packages.sqlite()
    return async (_fd, path) => {
      const beside = `${path}.sqlite`
      // Made here, so that it is refused where it is a link or somebody else's.
      await close(await openKept(beside, flags.O_RDWR))
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
