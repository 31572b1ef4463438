import { errorMessage } from '../../core/errors.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { readRegular, whyUnread } from '../files/regular.ts'

export type Certificates = { readonly ca?: Buffer } | { readonly error: string }

/**
 * Reads the certificates to verify a server with.
 *
 * @param path undefined for the system's certificates
 * @param options.who the server, in words
 * @param options.signal gives up on a file system that hangs
 */
export async function readCertificates(
  path: string | undefined,
  { who, signal }: { readonly who: string; readonly signal: AbortSignal },
): Promise<Certificates> {
  if (path === undefined) return {}
  const found = await Promise.race([readRegular(path), overAt(signal)])
  if (found === 'over') return { error: wordsOf(who, `${path} does not answer in time`) }
  if (found.kind === 'file') return { ca: found.bytes }
  const why = 'error' in found ? errorMessage(found.error) : `${path} is ${whyUnread(found)}`
  return { error: wordsOf(who, why) }
}

function wordsOf(who: string, why: string): string {
  return shorten(clean(`cannot read the certificates that ${who} is to trust: ${why}`), 300)
}

function overAt(signal: AbortSignal): Promise<'over'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('over')
    else signal.addEventListener('abort', () => resolve('over'), { once: true })
  })
}
