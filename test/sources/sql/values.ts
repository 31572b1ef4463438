import type { RawValue } from '../../../src/core/types.ts'
import type { Clocks } from '../../../src/sources/value.ts'
import { NOON } from '../../core/builders.ts'

/** Both clocks at noon. */
export const CLOCKS: Clocks = { asOf: NOON, readAt: NOON }

/** A value of a column of text. */
export function text(written: string | null): RawValue {
  return { text: written, type: 'text', typeName: 'text' }
}

/** A value of a numeric column. */
export function number(written: string): RawValue {
  return { text: written, type: 'number', typeName: 'numeric' }
}
