import { UsageError } from '../core/errors.ts'
import type { Seconds } from '../core/types.ts'

/** psql's `sslmode`, in rising order of caution. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

export type SslMode = (typeof SSL_MODES)[number]

interface Described {
  /** dbname, or the file's name without its ending; its incident is named after it */
  readonly name: string
  readonly shown: string
  /** the same for the same database, whatever its password; never shown */
  readonly identity: string
  readonly secrets: readonly string[]
}

/** How to encrypt a connection to PostgreSQL. The files may be missing. */
export interface TlsChoice {
  readonly mode: SslMode
  /** path, or `system` for Node's own authorities */
  readonly rootCertificate: string
  readonly certificate: string
  readonly key: string
  readonly keyPassword?: string
  /** `channel_binding=require`: the login must be bound to the encrypted channel */
  readonly bound: boolean
}

/** psql's `target_session_attrs`. */
export const SERVER_KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const

export type ServerKind = (typeof SERVER_KINDS)[number]

export interface PostgresHost {
  /** a name, an address, or the directory of a socket; undefined: the usual socket, else localhost */
  readonly host?: string
  /** an address to use without looking the host up */
  readonly hostAddress?: string
  readonly port: number
}

export interface PostgresTarget extends Described {
  readonly driver: 'postgres'
  /** at least one; they are tried in turn */
  readonly hosts: readonly PostgresHost[]
  /** whether hosts and addresses are tried in random order */
  readonly isBalanced: boolean
  readonly sessionKind: ServerKind
  readonly dbname: string
  readonly user: string
  readonly password?: string
  /** searched if the server asks for a password and none is given */
  readonly passwordFile: string
  readonly connectTimeout?: Seconds
  readonly applicationName: string
  /** start-up options for the server, as in `-c search_path=app` */
  readonly options?: string
  /** settings for SQL of the user */
  readonly session: SessionSettings
  /** whether the user chose the zone of sessions */
  readonly hasOwnZone: boolean
  readonly tls: TlsChoice
}

export type PostgresPlace = PostgresTarget & PostgresHost

/** MySQL's `ssl-mode`, in rising order of caution. */
export const MYSQL_SSL_MODES = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const

export type MysqlSslMode = (typeof MYSQL_SSL_MODES)[number]

/** A server and a login. What is undefined here may come from an option file. */
export interface MysqlPlace {
  /** a name or an address; undefined: this host */
  readonly host?: string
  readonly port?: number
  readonly socket?: string
  /** undefined: the user of the operating system */
  readonly user?: string
  readonly password?: string
  readonly connectTimeout?: Seconds
  /** undefined: VERIFY_CA with an authority, else PREFERRED */
  readonly sslMode?: MysqlSslMode
  /** path of the authorities' certificates; undefined: Node's own authorities */
  readonly sslCa?: string
  readonly sslCert?: string
  readonly sslKey?: string
}

export interface MysqlTarget extends Described, MysqlPlace {
  readonly driver: 'mysql'
  readonly database: string
  /** of the operating system */
  readonly userName: string
  /** fills in what is missing */
  readonly optionFile: { readonly path: string; readonly isRequired: boolean }
  /** a group of that file besides those of MySQL's own client */
  readonly optionGroup?: string
  /** settings for SQL of the user */
  readonly session: SessionSettings
  /** whether the user chose the zone of sessions */
  readonly hasOwnZone: boolean
}

export interface SqliteTarget extends Described {
  readonly driver: 'sqlite'
  readonly path: string
}

/** Which files prove who somebody is, over TLS. Paths. */
export interface RedisTls {
  /** the certificates of the authorities; absent: those that Node brings */
  readonly ca?: string
  /** the certificate of the client, and its key */
  readonly cert?: string
  readonly key?: string
}

/** A Redis or Valkey server, and one of its databases. */
export interface RedisTarget extends Described {
  readonly driver: 'redis'
  /** path of a socket of this host, or a name or an address and a port */
  readonly place: { readonly path: string } | { readonly host: string; readonly port: number }
  readonly db: number
  /** absent: the user that the server calls `default` */
  readonly user?: string
  readonly password?: string
  /** absent: the connection is not encrypted */
  readonly tls?: RedisTls
}

/** A database that is asked in SQL. */
export type SqlTarget = PostgresTarget | MysqlTarget | SqliteTarget

/** Of which driver such a database is. */
export type SqlDriver = SqlTarget['driver']

/** A database that can be opened. */
export type DatabaseTarget = SqlTarget | RedisTarget

/** Signs between the parts of an identity. */
const DIVIDING = /[#&]/

/**
 * Tells one database from all others. Open incidents belong to it, so it never changes. If a part contains a dividing
 * sign, the parts follow once more, so that no two databases look the same.
 *
 * @param parts that are not percent-encoded
 */
export function identityOf(plain: string, parts: readonly string[]): string {
  return parts.some((part) => DIVIDING.test(part)) ? `${plain}#${JSON.stringify(parts)}` : plain
}

/**
 * Adds a password from elsewhere, such as a password file.
 *
 * @throws UsageError if the password is empty, or the database takes none
 */
export function withPassword(target: DatabaseTarget, password: string): DatabaseTarget {
  if (password === '') throw new UsageError('the password is empty; write one, or leave it out')
  if (target.driver === 'sqlite') throw new UsageError('an SQLite file takes no password; leave it out')
  return { ...target, password, secrets: [...target.secrets, password] }
}

/**
 * Adds settings for the sessions of the user's SQL. Whoever gives any has thought about the zone, so it counts as
 * chosen.
 *
 * @throws UsageError if the database has no sessions
 */
export function withSession(
  target: DatabaseTarget,
  written: Readonly<Record<string, string | number | boolean>>,
): DatabaseTarget {
  if (target.driver === 'sqlite') throw new UsageError('an SQLite file has no session; leave it out')
  if (target.driver === 'redis') throw new UsageError('Redis has no settings of a session; leave it out')
  return { ...target, session: mergedSettings(target.session, Object.entries(written)), hasOwnZone: true }
}

/** Settings for SQL of the user; names in lower case, with underscores. */
export type SessionSettings = ReadonlyMap<string, string | number | boolean>

/** Settings by the servers' own names, in any spelling. The later one wins. */
export function mergedSettings(
  ...written: readonly Iterable<readonly [string, string | number | boolean]>[]
): SessionSettings {
  return new Map(written.flatMap((some) => [...some]).map(([name, value]) => [canonical(name), value]))
}

function canonical(name: string): string {
  const plain = name.toLowerCase().replaceAll('-', '_')
  return plain === 'timezone' ? 'time_zone' : plain
}
