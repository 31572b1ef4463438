import { constants } from 'node:fs'
import { errorCode, FaultError } from '../../core/errors.ts'
import { access, stat } from '../../io/files/fs.ts'
import { databaseFileFault } from './faults.ts'

/**
 * Looks at the file before SQLite opens it. SQLite would wait for a FIFO, and gives no reason for other failures.
 *
 * @returns its size in bytes, with the files beside it
 */
export async function checkFile(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw notAFile(found.isDirectory() ? 'a directory' : 'no regular file', path)
    const [beside] = await Promise.all([sizeOf(`${path}-wal`), access(path, constants.R_OK)])
    return found.size + beside
  } catch (error) {
    throw databaseFileFault(error, path)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw databaseFileFault(error, path)
  }
}

function notAFile(what: string, path: string): FaultError {
  const message = `${path} is ${what}`
  return new FaultError({ kind: 'unreachable', scope: 'source', message, cure: 'check the path' })
}
