import { errorCode, errorMessage } from '../../core/errors.ts'
import { networkWords } from './faults.ts'
import type { HttpAnswer } from './http.ts'
import { ProxyError } from './proxy.ts'

/** Certificates that are not trusted. The other codes of this kind contain CERT. */
const UNTRUSTED = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE']

/** The first line of a text, or the beginning of JSON, which may have many lines. Nothing of an HTML page. */
export function firstLineOf({ text }: Pick<HttpAnswer, 'text'>): string {
  const trimmed = text.trim()
  if (trimmed.startsWith('<')) return ''
  if (/^[{[]/.test(trimmed)) return trimmed.replaceAll(/\s+/g, ' ')
  return (trimmed.split(/\r?\n/, 1)[0] ?? '').trim()
}

/** Whether a connection was not made because of the server's certificate. */
export function isOfCertificate(error: unknown): boolean {
  const code = errorCode(error)
  // The server may not like ours either.
  return (code.includes('CERT') && !code.startsWith('ERR_SSL')) || UNTRUSTED.includes(code)
}

/**
 * Why a web server could not be asked.
 *
 * @param proxy what it was asked through
 */
export function failureWords(error: unknown, host: string, proxy?: string): string {
  if (proxy === undefined || error instanceof ProxyError) return directWords(error, host)
  return `${directWords(error, proxy)} through the proxy ${proxy}`
}

function directWords(error: unknown, host: string): string {
  const code = errorCode(error)
  if (error instanceof ProxyError) return errorMessage(error)
  if (isOfCertificate(error)) return certificateWords(code, error)
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return `cannot be reached with TLS (${errorMessage(error)}); write http:// if it has no TLS`
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

/** How a connection ended after everything was sent. */
export function lostHttpWords(error: unknown): string {
  return errorCode(error).startsWith('HPE_')
    ? 'answered what is not HTTP'
    : 'closed the connection before it had answered'
}
