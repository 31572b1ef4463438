import { errorCode } from '../../core/errors.ts'
import type { HttpAnswer } from '../../io/net/http.ts'

/** How much of an answer is looked into, in bytes, before and after it is inflated. */
export const MOST_BYTES = 4 * 1024 * 1024
/** The same for people. */
export const MOST = '4 MB'

/** The text of an answer; `isWhole`: there is no more of it. */
export type Body = { readonly text: string; readonly isWhole: boolean } | { readonly invalid: string }

/** Inflates and decodes what came, as far as its headers say how. */
export async function textOf({ bytes, rest, headers }: Pick<HttpAnswer, 'bytes' | 'rest' | 'headers'>): Promise<Body> {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const isWhole = rest === 'whole'
  const plain = encoding === 'identity' || encoding === '' ? bytes : await inflate(bytes, encoding, isWhole)
  return 'invalid' in plain ? plain : { text: decode(plain, headers['content-type'] ?? ''), isWhole }
}

async function inflate(
  bytes: Buffer,
  encoding: string,
  isWhole: boolean,
): Promise<Buffer | { readonly invalid: string }> {
  const { brotliDecompressSync, gunzipSync, inflateSync } = await import('node:zlib')
  const ways = new Map([
    ['gzip', gunzipSync],
    ['x-gzip', gunzipSync],
    ['deflate', inflateSync],
    ['br', brotliDecompressSync],
  ])
  const way = ways.get(encoding)
  if (way === undefined) return { invalid: `compressed with ${encoding}, which is not looked into` }
  const tooLarge = { invalid: `compressed, and larger than ${MOST}` }
  if (!isWhole) return tooLarge
  try {
    return way(bytes, { maxOutputLength: MOST_BYTES })
  } catch (error) {
    return errorCode(error) === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge
      : { invalid: `not compressed with ${encoding}, as it says` }
  }
}

/** By its charset; what nobody knows is taken for UTF-8. A mark of the byte order is no part of the text. */
function decode(bytes: Buffer, type: string): string {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder().decode(bytes)
    throw error
  }
}
