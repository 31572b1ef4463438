import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { readRegular, whyUnread } from '../../io/files/regular.ts'
import type { Address } from '../../io/net/socket.ts'
import { setUpFault } from '../faults.ts'
import type { PostgresPlace } from '../target.ts'

type IdentityCheck = NonNullable<ConnectionOptions['checkServerIdentity']>

/** `wanted` encrypts if the server can. */
export type Encryption = 'none' | 'wanted' | 'required'

/**
 * The ways to try in turn until one is accepted. A socket of this host needs no encryption.
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function waysToConnect(target: PostgresPlace, address: Address): readonly Encryption[] {
  if ('path' in address) return ['none']
  switch (target.tls.mode) {
    case 'disable':
      return ['none']
    case 'allow':
      return ['none', 'required']
    case 'prefer':
      return ['wanted', 'none']
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return ['required']
  }
}

/**
 * Node's options to encrypt as libpq does with the same settings.
 *
 * @throws FaultError if a file that is needed cannot be read
 */
export async function tlsOptions(target: PostgresPlace): Promise<ConnectionOptions> {
  const { host } = target
  const [root, client] = await Promise.all([readRoot(target), readClient(target)])
  const isVerified = root !== undefined
  const hasName = host !== undefined && !host.startsWith('/') && isIP(host) === 0
  return {
    ...client,
    ...(hasName && { servername: host }),
    ...(isVerified && root !== 'system' && { ca: root }),
    rejectUnauthorized: isVerified,
    checkServerIdentity: await identityCheck(target),
  }
}

/** Checks the host against a certificate. The host is passed here, since a server name must not be an IP address. */
async function identityCheck({ host, hostAddress, tls }: PostgresPlace): Promise<IdentityCheck> {
  if (tls.mode !== 'verify-full') return () => undefined
  const { checkServerIdentity } = await import('node:tls')
  return (_, certificate) => checkServerIdentity(host ?? hostAddress ?? 'localhost', certificate)
}

async function readRoot({ tls }: PostgresPlace): Promise<string | undefined> {
  const mustVerify = tls.mode === 'verify-ca' || tls.mode === 'verify-full'
  if (tls.rootCertificate === 'system') return 'system'
  // As in libpq, `require` verifies if there is a root certificate.
  if (!mustVerify && tls.mode !== 'require') return undefined
  const root = await readIfThere(tls.rootCertificate)
  if (root !== undefined || !mustVerify) return root
  throw setUpFault(
    `sslmode=${tls.mode} needs a root certificate, and ${tls.rootCertificate} does not exist`,
    'put the certificate of the authority there, or name its file with sslrootcert',
  )
}

async function readClient({ tls }: PostgresPlace): Promise<ConnectionOptions> {
  const cert = await readIfThere(tls.certificate)
  if (cert === undefined) return {}
  const key = await readIfThere(tls.key)
  if (key === undefined) {
    throw setUpFault(`${tls.certificate} has no key: ${tls.key} does not exist`, 'name the file of the key with sslkey')
  }
  return { cert, key, ...(tls.keyPassword !== undefined && { passphrase: tls.keyPassword }) }
}

async function readIfThere(path: string): Promise<string | undefined> {
  const found = await readRegular(path)
  if (found.kind === 'file') return found.bytes.toString('utf8')
  if (found.kind === 'absent') return undefined
  throw setUpFault(`cannot read ${path} (${whyUnread(found)})`, 'make it a file that this user can read')
}
