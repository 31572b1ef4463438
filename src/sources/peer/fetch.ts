import { errorCode } from '../../core/errors.ts'
import type { SourceHome } from '../../core/source-kind.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { readMounts } from '../../io/files/mounts.ts'
import { readRegular, whyUnread } from '../../io/files/regular.ts'
import { inTurn } from '../../io/files/turns.ts'
import { readCertificates } from '../../io/net/certificates.ts'
import { exchange, type HttpAnswer, type Unanswered } from '../../io/net/http.ts'
import { failureWords, lostHttpWords } from '../../io/net/http-words.ts'
import { formatWait, withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { Fetched } from './fetched.ts'
import type { PeerLook } from './look.ts'

/** What a run leaves is much smaller, in bytes. */
const MOST_BYTES = 64 * 1024
/** So long after its own time, by which it has answered, what is asked would be given up from outside. */
const GRACE_MS = 60_000

/** A place with its URL, or its database, as it was understood. */
export interface PeerPlace extends PeerLook {
  readonly url?: URL
  readonly target?: SqlTarget
}

/** Reads what another watcher has left. */
export async function fetchFrom(
  place: PeerPlace,
  { signal, env, readingTime }: Pick<SourceHome, 'env' | 'readingTime'> & { readonly signal: AbortSignal },
): Promise<Fetched> {
  const timeoutMs = Math.min(place.timeout, readingTime) * 1_000
  const { url, target } = place
  if (typeof place.place !== 'string') {
    if (target === undefined) throw new Error('the database of the row is not known')
    const { fromTable } = await import('./from-table.ts')
    return await fromTable(place.place, target, { signal, timeoutMs })
  }
  if (url === undefined) return await fromFile(place.place, { signal, timeoutMs })
  return await fromWeb(url, { signal, timeoutMs, env, ca: place.ca })
}

interface Limit {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

class Late extends Error {}

async function fromFile(path: string, { signal, timeoutMs }: Limit): Promise<Fetched> {
  const place = readMounts()(path)
  const late = (waited: string): Error => new Late(`the file system at ${place} does not answer within ${waited}`)
  try {
    return await withLimit((stop) => inTurn(place, stop, () => read(path)), { signal, timeoutMs, late })
  } catch (error) {
    if (error instanceof Late) return nothing(error.message)
    throw error
  }
}

async function read(path: string): Promise<Fetched> {
  const found = await readRegular(path, { largestBytes: MOST_BYTES })
  switch (found.kind) {
    case 'file':
      return { kind: 'text', text: found.bytes.toString('utf8') }
    case 'absent':
      return nothing(`there is no file ${path}`)
    case 'other':
    case 'large':
    case 'refused':
      return { kind: 'strange', why: `${path} is ${found.kind === 'large' ? 'larger than 64 kB' : whyUnread(found)}` }
    case 'failed':
      return nothing(`cannot read ${path} (${whyUnread(found)})`)
  }
}

async function fromWeb(
  url: URL,
  { signal, timeoutMs, env, ca }: Limit & Pick<SourceHome, 'env'> & { readonly ca: string | undefined },
): Promise<Fetched> {
  const endMs = nowMs() + timeoutMs
  const certificates = await readCertificates(ca, { who: url.host, signal })
  if ('error' in certificates) return nothing(certificates.error)
  const leftMs = Math.max(endMs - nowMs(), 0)
  const end = await exchange(
    {
      url,
      method: 'GET',
      headers: {
        'user-agent': 'lastalive',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'cache-control': 'no-cache',
      },
      body: Buffer.alloc(0),
      timeoutMs: leftMs,
      mostBytes: MOST_BYTES,
      env,
      ...certificates,
    },
    { signal, deadline: new Date(Date.now() + leftMs + GRACE_MS) },
  )
  return end.kind === 'answered' ? fromAnswer(end, timeoutMs) : fromNone(end, url.host)
}

function fromAnswer({ status, reason, version, rest, bytes }: HttpAnswer, timeoutMs: number): Fetched {
  if (!/^1\.\d$/.test(version) || status < 100) return { kind: 'strange', why: 'it is not HTTP' }
  if (status !== 200) return { kind: 'strange', why: `${status} ${reason}`.trim() }
  switch (rest) {
    case 'whole':
      return { kind: 'text', text: bytes.toString('utf8') }
    case 'large':
      return { kind: 'strange', why: 'it is larger than 64 kB' }
    case 'late':
      return nothing(`not all of it came within ${formatWait(timeoutMs)}`)
    case 'broken':
      return nothing('the connection was closed before all of it had come')
  }
}

function fromNone(end: Unanswered, host: string): Fetched {
  switch (end.kind) {
    case 'failed':
      if (errorCode(end.error).startsWith('HPE_')) return { kind: 'strange', why: 'it is not HTTP' }
      return nothing(end.isSent ? lostHttpWords(end.error) : failureWords(end.error, host, end.proxy))
    case 'silent':
      return nothing(`${end.isSent ? 'connected, and then silent' : 'cannot connect'} for ${formatWait(end.waitedMs)}`)
    case 'interrupted':
      return { kind: 'nothing', fault: { kind: 'timeout', message: 'no answer within the time for reading' } }
  }
}

/** However it fails to come, it is a watcher that nobody can count on. */
function nothing(why: string): Fetched {
  return { kind: 'nothing', fault: { kind: 'unreachable', message: `no answer: ${why}` } }
}
