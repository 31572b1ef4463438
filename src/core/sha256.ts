import { sha256 as digest } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** In hexadecimal. Node's own cryptography takes longer to load than this takes. */
export function sha256(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)))
}
