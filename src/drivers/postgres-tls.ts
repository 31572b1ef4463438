import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { errorCode, FaultError } from '../core/errors.ts'
import { readFile } from '../fs.ts'
import type { Address } from './socket.ts'
import type { PostgresPlace } from './target.ts'

/** Whether a connection is encrypted: never, if the server can, or always. */
export type Encryption = 'none' | 'wanted' | 'required'

/**
 * The ways in which a connection is tried, in turn, until one is let in. The socket of this host needs no encryption.
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
 * What Node must know to encrypt as libpq does with the same settings.
 *
 * @throws FaultError where a file that is needed cannot be read
 */
export async function tlsOptions(target: PostgresPlace): Promise<ConnectionOptions> {
  const { host, tls } = target
  const [root, client] = await Promise.all([readRoot(target), readClient(target)])
  const isVerified = root !== undefined
  const hasName = host !== undefined && !host.startsWith('/') && isIP(host) === 0
  const identity = tls.mode === 'verify-full' ? (host ?? target.hostAddress ?? 'localhost') : undefined
  return {
    ...client,
    ...(hasName && { servername: host }),
    ...(isVerified && root !== 'system' && { ca: root }),
    rejectUnauthorized: isVerified,
    // The host is given here, since an IP address must not stand in the server name.
    checkServerIdentity: (_, certificate) =>
      identity === undefined ? undefined : checkServerIdentity(identity, certificate),
  }
}

/** The text of the root certificates, or undefined where nothing is to be verified. */
async function readRoot({ tls }: PostgresPlace): Promise<string | undefined> {
  const mustVerify = tls.mode === 'verify-ca' || tls.mode === 'verify-full'
  if (tls.rootCertificate === 'system') return 'system'
  // As in libpq, `require` verifies where a root certificate lies at hand.
  if (!mustVerify && tls.mode !== 'require') return undefined
  const root = await readIfThere(tls.rootCertificate)
  if (root !== undefined || !mustVerify) return root
  throw tlsFault(
    `sslmode=${tls.mode} needs a root certificate, and ${tls.rootCertificate} does not exist`,
    'put the certificate of the authority there, or name its file with sslrootcert',
  )
}

async function readClient({ tls }: PostgresPlace): Promise<ConnectionOptions> {
  const cert = await readIfThere(tls.certificate)
  if (cert === undefined) return {}
  const key = await readIfThere(tls.key)
  if (key === undefined) {
    throw tlsFault(`${tls.certificate} has no key: ${tls.key} does not exist`, 'name the file of the key with sslkey')
  }
  return { cert, key, ...(tls.keyPassword !== undefined && { passphrase: tls.keyPassword }) }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw tlsFault(`cannot read ${path} (${code})`, 'make it readable for this user')
  }
}

function tlsFault(message: string, cure: string): FaultError {
  return new FaultError({ kind: 'failed', scope: 'database', message, cure })
}
