import { isIP } from 'node:net'
import { secondsInDay } from 'date-fns/constants'
import { FaultError } from '../../core/errors.ts'
import type { Source } from '../../core/ports.ts'
import type { SourceHome } from '../../core/source-kind.ts'
import type { Reading } from '../../core/types.ts'
import { readCertificates } from '../../io/net/certificates.ts'
import { connectFailure, saying } from '../../io/net/faults.ts'
import { connectSocket } from '../../io/net/socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import { endpointOf } from '../endpoint.ts'
import { connectReading, faulty } from '../network-fault.ts'
import { chainOf, firstToEnd, whichOf } from './chain.ts'
import { type Shown, shakeHands } from './handshake.ts'
import type { TlsLook } from './look.ts'
import { RefusedError, startTls } from './starttls.ts'

/** How long a server may take to ask for a certificate of ours, in milliseconds; half of what is left where that is less. */
const ASKING_MS = 1_000

/** The source of a check that looks at certificates. */
export function createTlsSource(name: string, look: TlsLook, { readingTime }: SourceHome): Source {
  const timeoutMs = Math.min(look.timeout, readingTime) * 1_000
  return {
    name,
    read: async (checks, { signal, clock, onAsked }) => {
      const begun = nowMs()
      let agreed: number | undefined
      const onAgreed = (): void => {
        agreed = nowMs()
      }
      const reading = await certificateReading(look, { signal, timeoutMs, now: () => clock.now(), onAgreed })
      const seconds = ((agreed ?? nowMs()) - begun) / 1_000
      const isAnswered = reading.kind !== 'fault'
      onAsked?.({ what: `TLS with ${look.endpoint}`, with: [], seconds, ...(isAnswered ? { rows: 1 } : {}) })
      const readings = new Map(checks.map((check) => [check.name, [reading]] as const))
      return isAnswered ? { readings, response: seconds } : { readings }
    },
  }
}

interface Within {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly now: () => Date
  /** hears when TLS was agreed on */
  readonly onAgreed: () => void
}

async function certificateReading(look: TlsLook, { signal, timeoutMs, now, onAgreed }: Within): Promise<Reading> {
  const end = nowMs() + timeoutMs
  const address = endpointOf(look.endpoint)
  const over = new AbortController()
  let isConnected = false
  const work = async (ended: AbortSignal): Promise<Reading> => {
    const certificates = await readCertificates(look.ca, { who: look.endpoint, signal: ended })
    if ('error' in certificates) return faulty({ kind: 'failed', message: certificates.error })
    const socket = await connectSocket(address, over.signal)
    isConnected = true
    if (look.starttls !== undefined) await startTls(socket, look.starttls)
    const isAddress = isIP(look.serverName) !== 0
    const host = look.serverName.replace(/\.$/, '')
    const shown = await shakeHands(socket, {
      ...certificates,
      host,
      servername: isAddress ? '' : host,
      rejectUnauthorized: false,
      onAgreed,
      // PostgreSQL asks for one, and does without: it gives no tickets that would say so.
      waitMs: look.starttls === 'postgres' ? 0 : Math.min(ASKING_MS, (end - nowMs()) / 2),
    })
    return await readingOf(shown, look, now())
  }
  const stop = (): void => over.abort()
  signal.addEventListener('abort', stop)
  try {
    const late = (waited: string) =>
      isConnected
        ? new FaultError({ kind: 'timeout', scope: 'check', message: `connected, but no TLS for ${waited}` })
        : connectFailure(`no answer for ${waited}`)
    return await withLimit(work, { signal, timeoutMs, late })
  } catch (error) {
    if (error instanceof RefusedError) return judged('critical', error.message)
    return connectReading(error, address)
  } finally {
    signal.removeEventListener('abort', stop)
    over.abort()
  }
}

async function readingOf(shown: Shown, look: TlsLook, now: Date): Promise<Reading> {
  const more = shown.wantsOurs ? '; it asks for a certificate of ours' : ''
  const reading = await readingOfChain(shown, look, now)
  if (reading.kind === 'judged') return { ...reading, summary: `${reading.summary}${more}` }
  return reading.kind === 'beat' ? { ...reading, about: `${reading.about ?? ''}${more}` } : reading
}

async function readingOfChain(
  { certificate, distrust }: Shown,
  { serverName, isLimited }: TlsLook,
  now: Date,
): Promise<Reading> {
  const { checkServerIdentity } = await import('node:tls')
  const chain = chainOf(certificate)
  const first = firstToEnd(chain)
  if (first === undefined) return faulty({ kind: 'invalid', message: 'there is no certificate' })
  const end = first.to.toISOString().slice(0, 10)
  const left = (first.to.getTime() - now.getTime()) / 1_000
  if (left < 0) return judged('critical', `${whichOf(chain, first)} ended ${daysOf(-left)} ago, on ${end}`)
  const early = chain.find(({ from }) => from > now)
  if (early !== undefined) {
    const from = early.from.toISOString()
    return judged('critical', `${whichOf(chain, early)} is valid from ${from}, by the clock of this host`)
  }
  const wrong = checkServerIdentity(serverName.replace(/\.$/, ''), certificate)
  if (wrong !== undefined) return judged('critical', `the certificate is for another name (${saying(wrong)})`)
  if (distrust !== undefined) {
    return judged('critical', `the certificate is not trusted (${untrusted(distrust)}); give ca: FILE`)
  }
  const about = `${whichOf(chain, first)} ends${chain.length > 1 ? ' first' : ''}, on ${end}`
  if (isLimited) return { kind: 'beat', at: first.to, asOf: now, readAt: now, about }
  return judged('ok', `valid for ${daysOf(left)}, until ${end} (${first.name} ends first)`)
}

function daysOf(seconds: number): string {
  return `${Math.floor(seconds / secondsInDay)} d`
}

/** What Node calls by a code. */
function untrusted(code: string): string {
  if (code.endsWith('SELF_SIGNED_CERT')) return 'self-signed'
  if (code === 'SELF_SIGNED_CERT_IN_CHAIN') return 'its authority is not known here'
  if (code.startsWith('UNABLE_TO_')) return 'its chain is incomplete, or its authority is not known here'
  return code
}

function judged(severity: 'ok' | 'critical', summary: string): Reading {
  return { kind: 'judged', severity, summary, metrics: [] }
}
