import { FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'

/** No timestamps need more. A larger answer would fill our memory, and end the process. */
export const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024

export function tooLargeFault(scope: Fault['scope']): FaultError {
  const message = `the answer is larger than ${LARGEST_ANSWER_BYTES / 1024 / 1024} MB`
  return new FaultError({ kind: 'failed', scope, message, cure: 'look at the size of the value' })
}
