import type { AuthPlugin, ConnectionOptions } from 'mysql2'
import { exposedPassword, unsupportedMethod } from './faults.ts'

/** Logins that mysql2 does not know. The fault names them. */
const UNSUPPORTED = [
  'client_ed25519',
  'parsec',
  'dialog',
  'mysql_old_password',
  'auth_gssapi_client',
  'authentication_kerberos_client',
  'authentication_ldap_sasl_client',
  'authentication_webauthn_client',
  'authentication_openid_connect_client',
]

export interface Safety {
  /** nobody in between can read what is sent */
  readonly isPrivate: boolean
  readonly isProven: boolean
}

/**
 * How to log in. The plain password is sent only to a proven server or, by MySQL's default methods, which insist on it,
 * through an encrypted connection.
 */
export function authentication(
  user: string,
  { isPrivate, isProven }: Safety,
  library: Pick<typeof import('mysql2'), 'authPlugins'>,
): Pick<ConnectionOptions, 'authPlugins' | 'enableCleartextPlugin'> {
  const refuse = (): never => {
    throw exposedPassword(user)
  }
  const unsupported = UNSUPPORTED.map((method): [string, AuthPlugin] => [
    method,
    () => {
      throw unsupportedMethod(user, method)
    },
  ])
  const { caching_sha2_password, sha256_password } = library.authPlugins
  return {
    enableCleartextPlugin: isProven,
    authPlugins: {
      ...Object.fromEntries(unsupported),
      ...(!isProven && { mysql_clear_password: refuse }),
      // Without TLS the server sends a key to encrypt the password with, and anybody could send one.
      ...(!isPrivate && {
        caching_sha2_password: caching_sha2_password({ onServerPublicKey: refuse }),
        sha256_password: sha256_password({ onServerPublicKey: refuse }),
      }),
    },
  }
}
