import type { RawValue } from '../../core/types.ts'
import { LARGEST_ANSWER_BYTES, tooLargeFault } from '../../io/net/answer-size.ts'
import { valueOfBytes } from '../bytes.ts'

/** Roughly the memory of a value without its text. */
const VALUE_BYTES = 100

/**
 * Reads rows one by one, up to `maxRows`.
 *
 * @param rows with integers as bigint, so that no digit is lost
 * @param maxRows one more is kept, to show that there are more
 * @throws FaultError if they are too large together
 */
export function rawRows(
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
 * A parameter that both engines bind alike. SQLite has no booleans, and both would bind a number as a real, which
 * equals no text in a column.
 */
export function bindable(parameter: unknown): unknown {
  if (typeof parameter === 'boolean') return parameter ? 1n : 0n
  return typeof parameter === 'number' && Number.isSafeInteger(parameter) ? BigInt(parameter) : parameter
}
