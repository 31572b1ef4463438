import { errorCode, errorMessage, FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'

/** The errors of a file system that is gone. */
const GONE = ['ESTALE', 'ENOTCONN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT', 'ENODEV', 'ENXIO']

/** What an error of a file system means for the check that needs it. */
export function fileFault(error: unknown, path: string): FaultError {
  return new FaultError({ scope: 'check', ...faultOf(error, path) }, { cause: error })
}

function faultOf(error: unknown, path: string): Omit<Fault, 'scope'> {
  const code = errorCode(error)
  if (code === '') throw error
  if (code === 'EACCES' || code === 'EPERM') {
    const cure = `as the user that runs lastalive, try: ls -ld ${path}`
    return { kind: 'denied', message: `no right to look at ${path}`, cure }
  }
  if (code === 'ELOOP') return { kind: 'invalid', message: `the links at ${path} lead in a circle` }
  if (code === 'ENAMETOOLONG') return { kind: 'invalid', message: `${path} is too long for a path` }
  if (GONE.includes(code)) return { kind: 'unreachable', message: `the file system of ${path} is gone (${code})` }
  return { kind: 'failed', message: `cannot look at ${path}: ${errorMessage(error)}` }
}
