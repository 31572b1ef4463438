import { errorCode, errorMessage, FaultError } from '../../core/errors.ts'
import type { Fault } from '../../core/types.ts'
import { type FaultWords, faultError, lostWords, networkWords, saying } from '../../io/net/faults.ts'
import { formatWait } from '../../io/net/time-limit.ts'

export interface MysqlSubject {
  readonly user: string
  readonly database: string
  readonly host: string
  /** the server's name for the user, `watch@%`, once it is known */
  readonly account?: string
  /** why an option file was not read, which may explain a missing password */
  readonly hint?: string
  /** whether others could read the login on the network: some accounts may not log in then */
  readonly isReadable?: boolean
  readonly secrets: readonly string[]
}

const LOCK_WAIT_TIMEOUT = 1205
/** MariaDB's `max_statement_time`, MySQL's `max_execution_time`. */
const STATEMENT_TIMEOUTS = [1969, 3024]
const INTERRUPTED = 1317
/** Connections of the server, of this user, or within this user's limits. */
const TOO_MANY = [1040, 1203, 1226]
const EXPIRED = [1820, 1862]
/** By a person, or after too many wrong passwords. */
const LOCKED = [3118, 3955, 4151]
/** Other reasons to refuse an account: its host, its method or a lock. */
const REFUSED = [1129, 1130, 1251, 1524, 1698, ...LOCKED]
const GOING_AWAY = [1053, 1077, 1079, 1080, 1152, 1927, 3169, 4031]
/** Codes of mysql2 for logins that it cannot or must not do. */
const METHODS = ['AUTH_SWITCH_PLUGIN_ERROR', 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED']

/**
 * The number of a server's error; zero if the error is not from a server.
 *
 * @see https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
export function serverError(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return 0
  return typeof error.errno === 'number' && error.errno >= 1_000 ? error.errno : 0
}

export function isLockTimeout(error: unknown): boolean {
  return serverError(error) === LOCK_WAIT_TIMEOUT
}

/** A deadlock, or a row that has changed since the transaction began. */
const IN_THE_WAY = [1213, 1020]

/** Whether the transaction was rolled back because of another one. */
export function isInTheWay(error: unknown): boolean {
  return IN_THE_WAY.includes(serverError(error))
}

export function isStatementTimeout(error: unknown): boolean {
  return STATEMENT_TIMEOUTS.includes(serverError(error))
}

export function lockedFault(timeoutMs: number): FaultError {
  const message = `the table was locked for ${formatWait(timeoutMs)}`
  return new FaultError({ kind: 'timeout', scope: 'check', message })
}

export function openingFault(error: unknown, subject: MysqlSubject): FaultError {
  if (error instanceof FaultError) return error
  const number = serverError(error)
  const words = number === 0 ? unspokenWords(error, subject) : refusalWords(number, error, subject)
  return faultError(words, { scope: 'source', secrets: subject.secrets, cause: error })
}

function unspokenWords(error: unknown, subject: MysqlSubject): FaultWords {
  const code = errorCode(error)
  if (METHODS.includes(code)) return methodWords(subject.user)
  if (code === 'PROTOCOL_CONNECTION_LOST') {
    return { kind: 'unreachable', message: 'cannot connect (the server closed the connection)' }
  }
  return networkWords(error, { host: subject.host, socket: pathOf(error) })
}

/** Node notes the path of the socket in the error. */
function pathOf(error: unknown): string {
  const isNoted = typeof error === 'object' && error !== null && 'address' in error
  return isNoted && typeof error.address === 'string' ? error.address : ''
}

function methodWords(user: string, method?: string): FaultWords {
  const named = method === undefined ? '' : `, ${method}`
  const message = `login refused for user ${user} (the server asks for a method that is not supported here${named})`
  const cure = `give ${user} the method mysql_native_password, caching_sha2_password or unix_socket`
  return { kind: 'denied', message, cure }
}

export function unsupportedMethod(user: string, method: string): FaultError {
  return new FaultError({ ...methodWords(user, method), scope: 'source' })
}

/** The server asks for the password itself, where somebody else could read or take it. */
export function exposedPassword(user: string): FaultError {
  const message = `login refused for user ${user} (the server asks for the password over a connection that is not safe)`
  const cure = 'encrypt the connection with ssl-mode=VERIFY_CA, or ssl-mode=REQUIRED for caching_sha2_password'
  return new FaultError({ kind: 'denied', scope: 'source', message, cure })
}

function refusalWords(number: number, error: unknown, subject: MysqlSubject): FaultWords {
  const { user, database, hint } = subject
  const said = saying(error)
  if (number === 1045) return passwordWords(subject)
  if (EXPIRED.includes(number)) {
    const cure = `give it a new one: ALTER USER ${user} IDENTIFIED BY '…'`
    return { kind: 'denied', message: `login refused for user ${user} (its password has expired)`, cure }
  }
  if (REFUSED.includes(number)) {
    const unlock = LOCKED.includes(number) ? `ALTER USER ${user} ACCOUNT UNLOCK` : undefined
    const cure = hint ?? unlock ?? 'check the user, and the host that it may come from'
    return { kind: 'denied', message: `login refused for user ${user} (${said})`, cure }
  }
  if (number === 1044) {
    const account = accountIn(said) ?? user
    const right = `GRANT SELECT ON ${quoted(database)}.${quoted('TABLE')} TO ${account}, with the table's name`
    const cure = `${right}; if a role of its own has that right, make it the default: SET DEFAULT ROLE`
    return { kind: 'denied', message: `user ${user} may not use database ${database}`, cure }
  }
  if (number === 1049) {
    return { kind: 'failed', message: `database ${database} does not exist`, cure: 'check the name of the database' }
  }
  const isDown = TOO_MANY.includes(number) || GOING_AWAY.includes(number)
  return { kind: isDown ? 'unreachable' : 'failed', message: `cannot connect (${said})` }
}

/** A server gives the same number for several reasons, and does not say which. */
function passwordWords({ user, hint, isReadable }: MysqlSubject): FaultWords {
  const [why, more] = isReadable
    ? ['wrong password, no such user, or TLS required', ', and whether it must use TLS (ssl-mode=REQUIRED)']
    : ['wrong password, or no such user', '']
  const host = isReadable ? ', the host that the user may come from' : ', and the host that the user may come from'
  const cure = hint ?? `check the password in --url, password_file or ~/.my.cnf${host}${more}`
  return { kind: 'denied', message: `login refused for user ${user} (${why})`, cure }
}

/** The column's character set cannot hold the text, or cannot compare it. */
const UNFIT = [1267, 1270, 1271, 1300, 1366, 3988]

export function queryFault(
  error: unknown,
  subject: MysqlSubject,
  { timeoutMs, waited }: { readonly timeoutMs: number; readonly waited: string },
): FaultError {
  if (error instanceof FaultError) return error
  const number = serverError(error)
  const words = number === 0 ? lostWords(error) : queryWords(number, error, { subject, timeoutMs, waited })
  return faultError(words, { scope: 'check', secrets: subject.secrets, cause: error })
}

interface FaultyQuestion {
  readonly subject: MysqlSubject
  readonly timeoutMs: number
  readonly waited: string
}

function queryWords(number: number, error: unknown, { subject, timeoutMs, waited }: FaultyQuestion): FaultWords {
  const said = saying(error)
  if (STATEMENT_TIMEOUTS.includes(number)) {
    return { kind: 'timeout', message: `the query took longer than ${formatWait(timeoutMs)}` }
  }
  if (number === INTERRUPTED) return { kind: 'timeout', message: `the query was ended on the server after ${waited}` }
  if (number === 1044 || number === 1142 || number === 1143) {
    const isRead = /^SELECT |^Access denied/.test(said)
    return { kind: 'denied', message: said, ...(isRead && { cure: grant(errorMessage(error), subject) }) }
  }
  // 1290 is said of other options too. In a transaction that only reads, 1792 comes first.
  if (number === 1836 || (number === 1290 && /read[-_]only/.test(said))) {
    return { kind: 'failed', message: 'read only (a standby?)' }
  }
  if (number === 1227 || number === 1370) return { kind: 'denied', message: said }
  if (number === 1146 || number === 1054 || number === 1049) return unknownWords(number, said, subject)
  if (GOING_AWAY.includes(number)) {
    return { kind: 'unreachable', message: `connection lost during the query (${said})` }
  }
  return { kind: 'failed', message: said, ...(UNFIT.includes(number) ? { isParameters: true } : {}) }
}

function unknownWords(number: number, said: string, { database }: MysqlSubject): FaultWords {
  const unknownName: Fault['unknownName'] = number === 1054 ? 'column' : 'table'
  return { kind: 'failed', message: number === 1054 ? `${said} (database ${database})` : said, unknownName }
}

/** The table at the end of the message, and its database. Servers quote them differently. */
const DENIED_TABLE = / (?:for|in) table (?:(`(?:[^`]|``)+`|'[^']+')\.)?(`(?:[^`]|``)+`|'[^']+')$/

/** The GRANT that would help. The table's name comes from the message, if that is in English. */
function grant(said: string, { account, user, database }: MysqlSubject): string {
  const grantee = account === undefined ? user : quotedAccount(account)
  const [, schema, table] = DENIED_TABLE.exec(said) ?? []
  if (table === undefined) return `GRANT SELECT on the table to ${grantee}`
  const inSchema = schema === undefined ? quoted(database) : quoted(bare(schema))
  return `GRANT SELECT ON ${inSchema}.${quoted(bare(table))} TO ${grantee}`
}

function bare(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name.slice(1, -1)
}

/** `'watch'@'%'`, as the message about a refused database has it. */
function accountIn(said: string): string | undefined {
  return /'[^']*'@'[^']*'/.exec(said)?.[0]
}

/** The host follows the last `@`. */
function quotedAccount(account: string): string {
  const at = account.lastIndexOf('@')
  const text = (part: string): string => `'${part.replaceAll("'", "''")}'`
  return `${text(account.slice(0, at))}@${text(account.slice(at + 1))}`
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
