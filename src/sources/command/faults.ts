import { errorCode, errorMessage } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import type { Ended } from '../../io/process/child.ts'
import { dividePrinted } from './plugin.ts'

/**
 * What it means that a program has not ended as it should.
 *
 * @param options.text what it has printed
 */
export function faultOfEnd({ end, lastWords }: Ended, { text }: { readonly text: string }): Fault {
  const { words } = dividePrinted(text)
  const said = [words, lastWords].find((one) => one !== '')
  const more = said === undefined ? '' : `: ${said}`
  switch (end.kind) {
    case 'never started':
      return { scope: 'check', ...neverStarted(end.error) }
    case 'died':
      return { kind: 'failed', scope: 'check', message: `ended by ${end.signal}${more}` }
    case 'exited':
      return { kind: 'failed', scope: 'check', message: `exit ${end.code}${more}` }
    case 'stopped':
      return {
        kind: end.why.startsWith('printed') ? 'invalid' : 'timeout',
        scope: 'check',
        message: `${end.why}${more}`,
      }
  }
}

function neverStarted(error: unknown): Omit<Fault, 'scope'> {
  switch (errorCode(error)) {
    case 'ENOENT':
      return { kind: 'failed', message: 'it does not exist, or what its first line names does not' }
    case 'EACCES':
      return { kind: 'denied', message: 'it cannot be executed', cure: 'run: chmod +x on it' }
    case 'ENOEXEC':
      return { kind: 'failed', message: 'it is no program', cure: 'begin a script with #!/bin/sh' }
    default:
      return { kind: 'failed', message: `it cannot be started: ${errorMessage(error)}` }
  }
}
