import type { Check } from '../core/check.ts'
import { isEndless } from '../core/time/never.ts'
import { parseAmount, parseTimestamp } from '../core/time/timestamp.ts'
import type { Fault, RawValue, Reading } from '../core/types.ts'
import { clean, quote, shorten } from '../core/words/text.ts'
import type { Extracted } from './extract.ts'

/** What a value is called that is the row's, or what a query brings. */
export const ITS_VALUE = 'its value'
export const THE_VALUE = 'the value'
const UNNAMED: readonly string[] = [ITS_VALUE, THE_VALUE]

/** The source's clock when it answered, and ours. */
export interface Clocks {
  readonly asOf: Date
  readonly readAt: Date
}

/**
 * What one value of the database says.
 *
 * @param label says what the value belongs to: the key, say
 * @param row what is known of its row besides
 */
export function readingOf(
  check: Check,
  found: Extracted,
  { label, clocks, row = {} }: { label: () => string; clocks: Clocks; row?: Pick<Reading, 'item' | 'limits'> },
): Reading {
  if (found.kind === 'absent') return { ...row, kind: 'absent', why: `${label()}: ${found.why}` }
  if (found.kind === 'invalid') return { ...row, ...invalidReading(`${label()}: ${found.why}`) }
  return { raw: found.value, ...row, ...readingOfValue(check, found.value, { label, clocks }) }
}

function readingOfValue(
  check: Check,
  value: RawValue,
  { label, clocks }: { readonly label: () => string; readonly clocks: Clocks },
): Reading {
  if (check.measure === 'amount') return amountOf(value, label)
  // As a beat it is none of the past, and so no sign of life.
  if (check.measure === 'overdue' && value.type !== 'other' && isEndless(value.text ?? '', check.unit)) {
    return { kind: 'endless', why: quote(value.text ?? '').slice(1, -1) }
  }
  const timestamp = parseTimestamp(value, check)
  switch (timestamp.kind) {
    case 'instant':
      return { kind: 'beat', at: timestamp.at, ...clocks }
    case 'never':
      return { kind: 'absent', why: neverWords(label(), timestamp.why) }
    case 'invalid':
      return invalidReading(`${label()}: ${timestamp.why}`, timestamp.cure)
  }
}

/** Of what has no name of its own that is known already: it is the row's, or the check's. */
function neverWords(label: string, why: string): string {
  const never = `has never been (${why})`
  return UNNAMED.includes(label) ? never : `${label} says that it ${never}`
}

function amountOf(value: RawValue, label: () => string): Reading {
  const amount = parseAmount(value)
  if (amount !== undefined) return { kind: 'amount', value: amount }
  const { type, typeName, text } = value
  if (text === null) return { kind: 'absent', why: `${label()} has no value (NULL)` }
  // Bytes that are no text have none here, and are something all the same.
  if (type === 'other') return invalidReading(`${label()}: a value of type ${typeName} is not a number`)
  if (text.trim() === '') return { kind: 'absent', why: `${label()} has no value (empty)` }
  const why = type === 'number' || type === 'text' ? quote(text) : `a value of type ${typeName}`
  return invalidReading(`${label()}: ${why} is not a number`)
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
