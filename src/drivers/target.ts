import { UsageError } from '../core/errors.ts'
import type { Seconds } from '../core/types.ts'

/** What psql's `sslmode` can say, in rising order of caution. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** How much encryption is wanted, and what is verified: as libpq means it. */
export type SslMode = (typeof SSL_MODES)[number]

/** What every database has that can be opened. */
interface Described {
  /** the database's own name, from which its incident is named: dbname, or the file's name without its ending */
  readonly name: string
  /** for people: no password in it */
  readonly shown: string
  /** the same for the same database, whatever its password; never shown */
  readonly identity: string
  /** passwords, to be kept out of every message */
  readonly secrets: readonly string[]
}

/** How a connection to a PostgreSQL server is encrypted. Paths of files that may be missing. */
export interface TlsChoice {
  readonly mode: SslMode
  /** path, or `system` for the authorities that Node brings */
  readonly rootCertificate: string
  readonly certificate: string
  readonly key: string
  readonly keyPassword?: string
  /** what `channel_binding=require` asks for: the login must be bound to the encrypted channel */
  readonly bound: boolean
}

/** What psql's `target_session_attrs` can say: which of several servers will do. */
export const SESSION_KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const

/** Which kind of server is wanted: as libpq means it. */
export type SessionKind = (typeof SESSION_KINDS)[number]

/** Where a PostgreSQL server may be. */
export interface PostgresHost {
  /** a name, an address, or the directory of a socket; absent: the usual socket, else localhost */
  readonly host?: string
  /** an address to use instead of looking the host up */
  readonly hostAddress?: string
  readonly port: number
}

/** A PostgreSQL database. */
export interface PostgresTarget extends Described {
  readonly driver: 'postgres'
  /** at least one; they are tried in turn */
  readonly hosts: readonly PostgresHost[]
  /** whether the order of the hosts and of their addresses is left to chance */
  readonly isBalanced: boolean
  readonly sessionKind: SessionKind
  readonly dbname: string
  readonly user: string
  readonly password?: string
  /** path of the file that is searched where the server asks for a password and none is given */
  readonly passwordFile: string
  /** for each host */
  readonly connectTimeout?: Seconds
  readonly applicationName: string
  /** start-up options for the server, as in `-c search_path=app` */
  readonly options?: string
  /** what SQL of the user's own finds set besides */
  readonly session: SessionSettings
  /** whether the zone of sessions was chosen by the user */
  readonly hasOwnZone: boolean
  readonly tls: TlsChoice
}

/** A PostgreSQL database at one of its hosts. */
export type PostgresPlace = PostgresTarget & PostgresHost

/** What MySQL's client can be told by `ssl-mode`, in rising order of caution. */
export const MYSQL_SSL_MODES = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const

/** How much encryption is wanted, and what is verified: as MySQL's client means it. */
export type MysqlSslMode = (typeof MYSQL_SSL_MODES)[number]

/** Where a MySQL or MariaDB server is, and who logs in. What is absent here may stand in an option file. */
export interface MysqlPlace {
  /** a name or an address; absent: this host */
  readonly host?: string
  readonly port?: number
  /** path of a socket of this host */
  readonly socket?: string
  /** absent: the operating system's user */
  readonly user?: string
  readonly password?: string
  readonly connectTimeout?: Seconds
  /** absent: VERIFY_CA where an authority is given, else PREFERRED */
  readonly sslMode?: MysqlSslMode
  /** path of the certificates of the authorities; absent: those that Node brings */
  readonly sslCa?: string
  /** path of the certificate of the client */
  readonly sslCert?: string
  /** path of its key */
  readonly sslKey?: string
}

/** A MySQL or MariaDB database. */
export interface MysqlTarget extends Described, MysqlPlace {
  readonly driver: 'mysql'
  readonly database: string
  /** of the operating system */
  readonly userName: string
  /** the option file that fills what is left out, and whether it must be there */
  readonly optionFile: { readonly path: string; readonly isRequired: boolean }
  /** a group of that file besides those of MySQL's own client */
  readonly optionGroup?: string
  /** what SQL of the user's own finds set */
  readonly session: SessionSettings
  /** whether the zone of sessions was chosen by the user */
  readonly hasOwnZone: boolean
}

/** An SQLite file. */
export interface SqliteTarget extends Described {
  readonly driver: 'sqlite'
  /** absolute */
  readonly path: string
}

/** A database that can be opened. */
export type DatabaseTarget = PostgresTarget | MysqlTarget | SqliteTarget

/** Signs that divide the parts of an identity. */
const DIVIDING = /[#&]/

/**
 * What tells one database from the others. Open incidents belong to it, so it never changes; only where a part has one of
 * the signs in it that stand between the parts, the parts stand behind it once more, so that two never look the same.
 *
 * @param parts of it that are not percent-encoded
 */
export function identityOf(plain: string, parts: readonly string[]): string {
  return parts.some((part) => DIVIDING.test(part)) ? `${plain}#${JSON.stringify(parts)}` : plain
}

/**
 * Gives a database the password that stands elsewhere, such as in a password file.
 *
 * @throws UsageError where the password is empty, or the database takes none
 */
export function withPassword(target: DatabaseTarget, password: string): DatabaseTarget {
  if (password === '') throw new UsageError('the password is empty; write one, or leave it out')
  if (target.driver === 'sqlite') throw new UsageError('an SQLite file takes no password; leave it out')
  return { ...target, password, secrets: [...target.secrets, password] }
}

/**
 * Gives a database the settings of the sessions in which SQL of the user's own runs. Whoever gives any has seen that it
 * matters: the zone counts as chosen.
 *
 * @throws UsageError where the database has no sessions
 */
export function withSession(
  target: DatabaseTarget,
  written: Readonly<Record<string, string | number | boolean>>,
): DatabaseTarget {
  if (target.driver === 'sqlite') throw new UsageError('an SQLite file has no session; leave it out')
  return { ...target, session: sessionSettings(target.session, Object.entries(written)), hasOwnZone: true }
}

/** What the sessions are set to in which SQL of the user's own runs: names in lower case, with underscores. */
export type SessionSettings = ReadonlyMap<string, string | number | boolean>

/** Settings by the names that servers know, whatever they are written like; the later ones win. */
export function sessionSettings(
  ...written: readonly Iterable<readonly [string, string | number | boolean]>[]
): SessionSettings {
  return new Map(written.flatMap((some) => [...some]).map(([name, value]) => [canonical(name), value]))
}

function canonical(name: string): string {
  const plain = name.toLowerCase().replaceAll('-', '_')
  return plain === 'timezone' ? 'time_zone' : plain
}
