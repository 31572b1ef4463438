import { errorCode, errorMessage } from '../../core/errors.ts'
import { networkWords } from './faults.ts'
import type { HttpAnswer } from './http.ts'

/** Certificates that are not to be trusted; the others of that kind have the word in their code. */
const UNTRUSTED = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE']

/** Of JSON, which may be spread over many lines, its beginning; of a page nothing, since that is how it looks. */
export function firstLineOf({ text }: Pick<HttpAnswer, 'text'>): string {
  const trimmed = text.trim()
  if (trimmed.startsWith('<')) return ''
  if (/^[{[]/.test(trimmed)) return trimmed.replaceAll(/\s+/g, ' ')
  return (trimmed.split(/\r?\n/, 1)[0] ?? '').trim()
}

/** Why a web server could not be asked. */
export function failureWords(error: unknown, host: string): string {
  const code = errorCode(error)
  if (code.includes('CERT') || UNTRUSTED.includes(code)) return certificateWords(code, error)
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return `cannot be reached with TLS (${errorMessage(error)}); http:// is for servers without`
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed the connection before it had the message'
  return networkWords(error, { host, socket: '' }).message
}

function certificateWords(code: string, error: unknown): string {
  const reason = errorMessage(error)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `has a certificate for another name (${reason}); use that name`
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `has a certificate that is not valid now (${reason})`
  return `has a certificate that is not trusted (${reason}); give ca: FILE`
}

/** How a connection ended on which everything had been sent. */
export function lostWords(error: unknown): string {
  return errorCode(error).startsWith('HPE_')
    ? 'answered what is not HTTP'
    : 'closed the connection before it had answered'
}
