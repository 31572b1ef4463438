import { UsageError } from '../core/errors.ts'

/**
 * Reads the number of a port.
 *
 * @param usual an example for the message
 * @throws UsageError
 */
export function parsePort(text: string, usual: number): number {
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) {
    throw new UsageError(`the port is not a number from 1 to 65535; write port=${usual}`)
  }
  return port
}
