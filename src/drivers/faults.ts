import { FaultError } from '../core/errors.ts'

/** A fault of the set-up on this host, such as a file that cannot be read: it was found before the database was asked. */
export function setUpFault(message: string, cure: string, options?: ErrorOptions): FaultError {
  return new FaultError({ kind: 'failed', scope: 'source', message, cure }, options)
}
