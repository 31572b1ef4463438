import type { RawValue } from '../core/types.ts'

const CONTROL_CHARACTER = /\p{Cc}/u

/**
 * Bytes as text, if they are text: applications also keep numbers, dates and serialized objects in such columns.
 *
 * @param typeName the database's name of the column's type
 * @returns of type `other`, without the bytes, if they are not UTF-8 or hold control characters
 */
export function valueOfBytes(bytes: Uint8Array, typeName: string): RawValue {
  const text = plainText(bytes)
  return text === undefined ? { type: 'other', typeName, text: '' } : { type: 'text', typeName, text }
}

/** Bytes that are text: applications keep timestamps in blobs. */
export function plainText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return CONTROL_CHARACTER.test(text) ? undefined : text
  } catch {
    // Not UTF-8.
    return undefined
  }
}
