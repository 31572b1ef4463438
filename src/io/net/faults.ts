import { errorCode, errorMessage, FaultError } from '../../core/errors.ts'
import { own } from '../../core/own.ts'
import type { Fault } from '../../core/types.ts'
import { redact, shorten } from '../../core/words/text.ts'

const LONGEST = 200

/** Errors of the system and of the name service, in words. */
const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the server',
  EPIPE: 'connection closed by the server',
  ENOENT: 'no such socket',
  EHOSTUNREACH: 'no route to the host',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'no such host',
  ENODATA: 'the host has no address',
  EAI_AGAIN: 'the name service does not answer',
  EACCES: 'no permission for the socket',
  EAGAIN: 'the server accepts no more connections',
}

export type FaultWords = Pick<Fault, 'kind' | 'message' | 'cure' | 'unknownName' | 'isParameters'>

export interface Endpoint {
  readonly host: string
  readonly socket: string
}

export interface Circumstances {
  readonly scope: Fault['scope']
  readonly secrets: readonly string[]
  readonly cause: unknown
}

export function connectFailure(why: string): FaultError {
  return new FaultError({ kind: 'unreachable', scope: 'source', message: `cannot connect (${why})` })
}

export function connectTimeout(waited: string): FaultError {
  return new FaultError({ kind: 'timeout', scope: 'source', message: `cannot connect (no answer for ${waited})` })
}

export function tlsFailure(error: unknown): FaultError {
  const message = `cannot connect with TLS (${saying(error)})`
  const cure = "check the server's certificate, the authority that is given for it, and the ssl mode"
  return new FaultError({ kind: 'failed', scope: 'source', message, cure }, { cause: error })
}

export function noAnswer(waited: string, scope: Fault['scope']): FaultError {
  return new FaultError({ kind: 'timeout', scope, message: `no answer for ${waited}` })
}

export function networkWords(error: unknown, { host, socket }: Endpoint): FaultWords {
  const code = errorCode(error)
  const known = own(NETWORK, code)
  if (code === 'ETIMEDOUT') return { kind: 'timeout', message: 'cannot connect (no answer from the network)' }
  if (known === undefined) return { kind: 'unreachable', message: `cannot connect (${saying(error)})` }
  const isName = ['ENOTFOUND', 'ENODATA'].includes(code)
  const path = code === 'ENOENT' || code === 'EACCES' ? ` ${socket}` : ''
  const message = `cannot connect (${known}${isName ? ` ${host}` : ''}${path})`
  return { kind: code === 'EACCES' ? 'denied' : 'unreachable', message }
}

/** An error in a query that is not from the server: the connection is lost. */
export function lostWords(error: unknown): FaultWords {
  const why = own(NETWORK, errorCode(error))
  return { kind: 'unreachable', message: `connection lost during the query${why === undefined ? '' : ` (${why})`}` }
}

/** What a server or a library says, short and on one line. */
export function saying(error: unknown): string {
  return shorten(errorMessage(error), LONGEST)
}

export function faultError(words: FaultWords, { scope, secrets, cause }: Circumstances): FaultError {
  return new FaultError({ ...words, scope, message: redact(words.message, secrets) }, { cause })
}
