import { FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'

/** More than this no timestamps take; it would fill our memory, and then end the process. */
export const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024

/** An answer that is larger than that. */
export function tooLargeFault(scope: Fault['scope']): FaultError {
  const message = `the answer is larger than ${LARGEST_ANSWER_BYTES / 1024 / 1024} MB`
  return new FaultError({ kind: 'failed', scope, message, cure: 'look at the size of the value' })
}
