import type { Socket } from 'node:net'
import type { ConnectionOptions, DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { errorCode, FaultError } from '../../core/errors.ts'
import { encrypt } from '../../io/net/socket.ts'

/** What a handshake has shown. */
export interface Shown {
  readonly certificate: DetailedPeerCertificate
  /** OpenSSL's name for why its chain is not trusted; undefined where it is */
  readonly distrust: string | undefined
  /** the server asks for a certificate of ours, and goes no further without one */
  readonly wantsOurs: boolean
}

/** How TLS is agreed on. */
export interface Handshake extends ConnectionOptions {
  /** how long to wait for a server of TLS 1.3 to say whether it is content with us, in milliseconds */
  readonly waitMs: number
  /** hears that all is known but that */
  readonly onAgreed: () => void
}

/**
 * Agrees on TLS, and looks at the certificates of the server: also where it ends the handshake since we have none of our
 * own, as servers of TLS 1.2 do. Servers of TLS 1.3 end what is agreed on then.
 *
 * @throws FaultError where nothing is shown
 */
export async function shakeHands(socket: Socket, { waitMs, onAgreed, ...options }: Handshake): Promise<Shown> {
  let shown: Omit<Shown, 'wantsOurs'> | undefined
  const look = (secure: TLSSocket): void => {
    const certificate: DetailedPeerCertificate | undefined = secure.getPeerCertificate(true)
    if (certificate?.fingerprint256 !== undefined) shown = { certificate, distrust: distrustOf(secure) }
  }
  try {
    // It is one: encrypt has made it.
    const secure = (await encrypt(socket, options, look)) as TLSSocket
    look(secure)
    onAgreed()
    const wantsOurs = secure.getProtocol() === 'TLSv1.3' && (await isEndedByServer(secure, waitMs))
    if (shown === undefined)
      throw new FaultError({ kind: 'invalid', scope: 'check', message: 'there is no certificate' })
    return { ...shown, wantsOurs }
  } catch (error) {
    if (shown !== undefined && isAlert(error)) return { ...shown, wantsOurs: true }
    throw error
  }
}

/** With the first ticket for a later session it is known that a server is content; some give none. */
async function isEndedByServer(secure: TLSSocket, waitMs: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs)
    const end = (is: boolean): void => {
      clearTimeout(timer)
      resolve(is)
    }
    secure.once('session', () => end(false))
    secure.once('data', () => end(false))
    secure.once('end', () => end(false))
    secure.once('error', (error) => end(isAlert(error)))
    secure.once('close', () => end(false))
    secure.resume()
  })
}

/** Whether a server has said by an alert that it goes no further. */
function isAlert(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return /^ERR_SSL_\w*ALERT_(?:CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|NO_CERTIFICATE)$/.test(
    errorCode(cause),
  )
}

/** What Node itself asks at the end of a handshake, which is too late for one that the server ends. */
interface Handle {
  readonly _handle?: { verifyError?: () => Error | null | undefined } | null
}

function distrustOf(secure: TLSSocket): string | undefined {
  const { _handle } = secure as Handle
  if (_handle?.verifyError === undefined) return secure.authorized ? undefined : String(secure.authorizationError)
  const error = _handle.verifyError()
  return error === null || error === undefined ? undefined : errorCode(error)
}
