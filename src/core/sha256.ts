import { sha256 as digest } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** The digest of a text, in hexadecimal. Not Node's, whose cryptography takes longer to load than all of this. */
export function sha256(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)))
}
