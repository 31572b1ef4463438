import { FaultError } from '../core/errors.ts'
import type { Fault, Reading } from '../core/types.ts'
import { networkWords } from '../io/net/faults.ts'
import type { Address } from '../io/net/socket.ts'

/** A reading that could not be made. */
export function faulty(fault: Omit<Fault, 'scope'>): Extract<Reading, { kind: 'fault' }> {
  return { kind: 'fault', fault: { ...fault, scope: 'check' } }
}

/** The reading of what kept us from connecting, as it was thrown. */
export function connectReading(error: unknown, address: Address): Reading {
  if (error instanceof FaultError) return faulty(error.fault)
  const place = 'path' in address ? { host: '', socket: address.path } : { host: address.host, socket: '' }
  const words = networkWords(error, place)
  // The system has waited for it as long as it waits for anybody.
  return faulty(words.kind === 'timeout' ? { ...words, kind: 'unreachable' } : words)
}
