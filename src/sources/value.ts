import type { Check } from '../core/check.ts'
import { clean, quote, shorten } from '../core/text.ts'
import { parseAmount, parseTimestamp } from '../core/timestamp.ts'
import type { Fault, Reading } from '../core/types.ts'
import type { Extracted } from './extract.ts'

/** The source's clock when it answered, and ours. */
export interface Clocks {
  readonly asOf: Date
  readonly readAt: Date
}

/**
 * What one value of the database says.
 *
 * @param label what the value belongs to, in words: the key, say
 */
export function readingOf(
  check: Check,
  found: Extracted,
  { label, clocks }: { label: string; clocks: Clocks },
): Reading {
  if (found.kind === 'absent') return { kind: 'absent', why: `${label}: ${found.why}` }
  if (found.kind === 'invalid') return invalidReading(`${label}: ${found.why}`)
  const { value } = found
  if (check.measure === 'amount') {
    const amount = parseAmount(value)
    if (amount !== undefined) return { kind: 'amount', value: amount }
    if (value.text === null || value.text.trim() === '') {
      return { kind: 'absent', why: `${label} has no value (${value.text === null ? 'NULL' : 'empty'})` }
    }
    const why =
      value.type === 'number' || value.type === 'text' ? quote(value.text) : `a value of type ${value.typeName}`
    return invalidReading(`${label}: ${why} is not a number`)
  }
  const timestamp = parseTimestamp(value, check)
  switch (timestamp.kind) {
    case 'instant':
      return { kind: 'beat', at: timestamp.at, ...clocks }
    case 'never':
      return { kind: 'absent', why: `${label} says that it has never been (${timestamp.why})` }
    case 'invalid':
      return invalidReading(`${label}: ${timestamp.why}`)
  }
}

/** A value, or a row, that cannot be read as what it should be. */
export function invalidReading(message: string, cure?: string): Extract<Reading, { kind: 'fault' }> {
  const fault: Fault = { kind: 'invalid', scope: 'check', message, ...(cure === undefined ? {} : { cure }) }
  return { kind: 'fault', fault }
}

/** A name of the user's or the database's as a person reads it: quoted where it is more than a word. */
export function nameOf(written: string): string {
  const short = shorten(clean(written))
  return /^[\w.$-]+$/.test(short) ? short : quote(written)
}
