import type { AuthPlugin, ConnectionOptions } from 'mysql2'
import { exposedPassword, unsupportedMethod } from './faults.ts'

/** Ways to log in that mysql2 does not know, so that the fault can name them. */
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

/** How safe the way to the server is. */
export interface Safety {
  /** nobody in between can read what is sent */
  readonly isPrivate: boolean
  /** and the server has proved who it is */
  readonly isProven: boolean
}

/**
 * How logins are done: the password itself is sent to a proven server only, and, by the methods that insist on it and
 * are the default of MySQL, through an encrypted connection.
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
      // Without encryption the password would go to whoever shows a key, encrypted with that.
      ...(!isPrivate && {
        caching_sha2_password: caching_sha2_password({ onServerPublicKey: refuse }),
        sha256_password: sha256_password({ onServerPublicKey: refuse }),
      }),
    },
  }
}
