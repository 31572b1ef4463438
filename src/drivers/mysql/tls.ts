import { isIP, type Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { tlsFailure } from '../../io/net/faults.ts'
import { type Address, encrypt } from '../../io/net/socket.ts'
import { setUpFault } from '../faults.ts'
import { readIfGiven } from '../tls-file.ts'
import type { WholePlace } from './place.ts'

/**
 * Whether to encrypt a connection. A socket of this host needs no encryption.
 *
 * @throws FaultError if it must be encrypted, and the server offers no TLS
 * @see https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode
 */
export function isEncrypted({ sslMode }: WholePlace, address: Address, offersTls: boolean): boolean {
  if ('path' in address || sslMode === 'DISABLED') return false
  if (!offersTls && sslMode !== 'PREFERRED') throw tlsFailure('the server does not offer it')
  return offersTls
}

export function isVerified({ sslMode }: WholePlace): boolean {
  return sslMode === 'VERIFY_CA' || sslMode === 'VERIFY_IDENTITY'
}

/**
 * Encrypts a connection as MySQL's client does with the same settings.
 *
 * @throws FaultError
 */
export async function secure(socket: Socket, place: WholePlace): Promise<Socket> {
  const { host = 'localhost', sslMode } = place
  const [ca, client, { checkServerIdentity }] = await Promise.all([
    readIfGiven(place.sslCa),
    readClient(place),
    import('node:tls'),
  ])
  return await encrypt(socket, {
    ...client,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    rejectUnauthorized: isVerified(place),
    // The host is passed here, since a server name must not be an IP address.
    checkServerIdentity: (_, certificate) =>
      sslMode === 'VERIFY_IDENTITY' ? checkServerIdentity(host, certificate) : undefined,
  })
}

async function readClient({ sslCert, sslKey }: WholePlace): Promise<ConnectionOptions> {
  const [cert, key] = await Promise.all([readIfGiven(sslCert), readIfGiven(sslKey)])
  if ((cert === undefined) === (key === undefined)) return { ...(cert !== undefined && { cert, key }) }
  throw setUpFault(
    'a certificate is given without its key, or a key without its certificate',
    'give ssl-cert and ssl-key',
  )
}
