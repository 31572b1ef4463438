import { constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { errorMessage } from '../core/errors.ts'
import { clean, shorten } from '../core/text.ts'

/** The certificates of a file, or why there are none, in words. */
export type Certificates = { readonly ca?: Buffer } | { readonly error: string }

/**
 * Reads the certificates that a server's is to be verified with, in place of the system's. Opened so that a FIFO
 * cannot hold us.
 *
 * @param path undefined for the system's
 * @param who the server, in words
 */
export async function readCertificates(
  path: string | undefined,
  { who, signal }: { readonly who: string; readonly signal: AbortSignal },
): Promise<Certificates> {
  if (path === undefined) return {}
  try {
    return { ca: await readFile(path, { flag: constants.O_RDONLY | constants.O_NONBLOCK, signal }) }
  } catch (error) {
    return {
      error: shorten(clean(`cannot read the certificates that ${who} is to trust: ${errorMessage(error)}`), 300),
    }
  }
}
