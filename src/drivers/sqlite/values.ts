import type { RawValue } from '../../core/types.ts'
import { LARGEST_ANSWER_BYTES, tooLargeFault } from '../../io/net/answer-size.ts'
import { valueOfBytes } from '../bytes.ts'

/** About what a value takes in memory besides its text. */
const VALUE_BYTES = 100

/**
 * Reads rows one by one, and no more of them than are wanted.
 *
 * @param rows integers are bigint, so that none loses a digit
 * @param maxRows one more is kept, so that it shows where there are more
 * @throws FaultError when they are too large in all
 */
export function readRows(
  rows: Iterable<readonly unknown[]>,
  maxRows = Number.POSITIVE_INFINITY,
): readonly (readonly RawValue[])[] {
  const kept: (readonly RawValue[])[] = []
  let bytes = 0
  for (const row of rows) {
    for (const value of row) bytes += VALUE_BYTES + sizeOf(value)
    if (bytes > LARGEST_ANSWER_BYTES) throw tooLargeFault('check')
    kept.push(row.map(readValue))
    if (kept.length > maxRows) break
  }
  return kept
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return value instanceof Uint8Array ? value.byteLength : 0
}

function readValue(value: unknown): RawValue {
  if (typeof value === 'bigint') return { type: 'number', typeName: 'integer', text: String(value) }
  if (typeof value === 'number') return { type: 'number', typeName: 'real', text: String(value) }
  if (typeof value === 'string') return { type: 'text', typeName: 'text', text: value }
  if (value instanceof Uint8Array) return valueOfBytes(value, 'blob')
  return { type: 'text', typeName: 'null', text: null }
}

/**
 * A parameter as both engines bind it alike: SQLite has no booleans, and they take every number for a real, which is
 * not what a column of texts has.
 */
export function bindable(parameter: unknown): unknown {
  if (typeof parameter === 'boolean') return parameter ? 1n : 0n
  return typeof parameter === 'number' && Number.isSafeInteger(parameter) ? BigInt(parameter) : parameter
}
