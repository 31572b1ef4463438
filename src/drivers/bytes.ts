import type { RawValue } from '../core/types.ts'

const CONTROL_CHARACTER = /\p{Cc}/u

/**
 * Bytes as a value: text where they are text, since applications keep numbers, dates and serialized objects in such
 * columns as well.
 *
 * @param typeName the database's name of the column's type
 * @returns of type `other`, without the bytes, where they are not UTF-8 or hold control characters
 */
export function valueOfBytes(bytes: Uint8Array, typeName: string): RawValue {
  const text = readUtf8(bytes)
  if (text === undefined || CONTROL_CHARACTER.test(text)) return { type: 'other', typeName, text: '' }
  return { type: 'text', typeName, text }
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // That it is not UTF-8 is an answer, too.
    return undefined
  }
}
