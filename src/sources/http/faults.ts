import { errorCode, errorMessage } from '../../core/errors.ts'
import type { Fault, Reading } from '../../core/types.ts'
import { networkWords, saying } from '../../io/net/faults.ts'
import type { Unanswered } from '../../io/net/http.ts'
import { failureWords, isOfCertificate } from '../../io/net/http-words.ts'
import { ProxyError } from '../../io/net/proxy.ts'
import { formatWait } from '../../io/net/time-limit.ts'

/** What a check says whose request was not answered. */
export function readingOfFailure(end: Unanswered, { host, hostname }: URL): Reading {
  if (end.kind === 'failed' && isOfCertificate(end.error)) {
    return { kind: 'judged', severity: 'critical', summary: `${host} ${failureWords(end.error, host)}` }
  }
  const proxy = end.kind === 'interrupted' ? undefined : end.proxy
  const through = proxy === undefined ? '' : ` through the proxy ${proxy}`
  const fault = faultOf(end, proxy ?? hostname)
  return { kind: 'fault', fault: { scope: 'check', ...fault, message: `${fault.message}${through}` } }
}

type Words = Pick<Fault, 'kind' | 'message' | 'cure'>

function faultOf(end: Unanswered, host: string): Words {
  switch (end.kind) {
    case 'failed':
      return failedWords(end, host)
    case 'silent': {
      const waited = formatWait(end.waitedMs)
      if (end.isSent) return { kind: 'timeout', message: `no answer for ${waited}` }
      return { kind: 'unreachable', message: `cannot connect (no answer for ${waited})` }
    }
    case 'interrupted':
      return { kind: 'timeout', message: 'no answer within the time for reading' }
  }
}

function failedWords({ error, isSent }: Extract<Unanswered, { kind: 'failed' }>, host: string): Words {
  const code = errorCode(error)
  if (error instanceof ProxyError) return { kind: 'failed', message: errorMessage(error) }
  if (code === 'HPE_HEADER_OVERFLOW') return { kind: 'invalid', message: 'answered with headers larger than 16 kB' }
  if (code.startsWith('HPE_'))
    return { kind: 'invalid', message: `answered, but not as HTTP has it (${reasonOf(error)})` }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return tlsWords(reasonOf(error))
  if (/^ERR_(?:TLS|OSSL|INVALID)_/.test(code)) {
    return { kind: 'failed', message: `cannot be asked (${saying(error)})` }
  }
  if (['ECONNRESET', 'EPIPE'].includes(code)) {
    return {
      kind: 'unreachable',
      message: `the connection was closed ${isSent ? 'without an answer' : 'before it was asked'}`,
    }
  }
  return networkWords(error, { host, socket: '' })
}

function tlsWords(reason: string): Words {
  if (/alert .*(?:certificate|handshake failure|unknown ca)/.test(reason)) {
    const cure = 'see whether the server wants a certificate of ours, and write certificate: FILE'
    return { kind: 'denied', message: `the server does not let us in (${reason})`, cure }
  }
  const isPlain = /wrong version number|packet length/.test(reason)
  const message = `cannot connect with TLS (${reason})${isPlain ? '; http:// is for servers without' : ''}`
  return { kind: 'failed', message }
}

/** The words of the parser, or of OpenSSL, without those that stand around them. */
function reasonOf(error: unknown): string {
  const message = saying(error).replace(/^Parse Error: /, '')
  return /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message
}
