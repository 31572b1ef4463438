import { errorCode, FaultError } from '../../core/errors.ts'
import { type Endpoint, type FaultWords, faultError, lostWords, networkWords, saying } from '../../io/net/faults.ts'
import { formatWait } from '../../io/net/time-limit.ts'
import type { PostgresPlace, PostgresTarget } from '../target.ts'
import { grantFor, identifier } from './grants.ts'
import { PGBOUNCERS_STATE, pgbouncerWords } from './pgbouncer-words.ts'

/**
 * The five characters of a server's error; empty if the error is not from a server.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function sqlState(error: unknown): string {
  const isServers = typeof error === 'object' && error !== null && 'severity' in error
  return isServers ? errorCode(error) : ''
}

/** A server accepted the login and then did not answer. PgBouncer does so when its server is down. */
export function noFirstAnswer(waited: string): FaultError {
  const message = `no answer for ${waited}`
  const cure = 'the login was accepted; behind PgBouncer, check whether its server runs'
  return new FaultError({ kind: 'timeout', scope: 'source', message, cure })
}

export function openingFault(error: unknown, target: PostgresPlace, secrets: readonly string[]): FaultError {
  if (error instanceof FaultError) return error
  const state = sqlState(error)
  const words = state === '' ? networkWords(error, endpointOf(target)) : refusalWords(state, saying(error), target)
  return faultError(words, { scope: 'source', secrets, cause: error })
}

function endpointOf({ host, port }: PostgresPlace): Endpoint {
  return { host: host ?? 'localhost', socket: `${host ?? ''}/.s.PGSQL.${port}` }
}

function refusalWords(state: string, said: string, target: PostgresTarget): FaultWords {
  const { user, dbname } = target
  const pgbouncers = state === PGBOUNCERS_STATE ? pgbouncerWords(said, target) : undefined
  if (pgbouncers !== undefined) return pgbouncers
  if (state === '28P01') {
    const cure = 'check the password in --url, password_file or ~/.pgpass, and VALID UNTIL of the role'
    return { kind: 'denied', message: `login refused for user ${user} (wrong password, or an expired one)`, cure }
  }
  if (state.startsWith('28')) {
    return { kind: 'denied', message: `login refused for user ${user} (${said})`, cure: refusalCure(said, target) }
  }
  if (state === '3D000') {
    return { kind: 'failed', message: `database ${dbname} does not exist`, cure: 'check the name of the database' }
  }
  if (state === '42501') {
    const cure = `GRANT CONNECT ON DATABASE ${identifier(dbname)} TO ${identifier(user)}`
    return { kind: 'denied', message: `login refused for user ${user} (${said})`, cure }
  }
  const isDown = state.startsWith('57') || state.startsWith('53') || state.startsWith('08')
  return { kind: isDown ? 'unreachable' : 'failed', message: `cannot connect (${said})` }
}

/** What helps, if the message is in English and says why the user is refused. */
function refusalCure(said: string, { user, tls }: PostgresTarget): string {
  if (said.includes('is not permitted to log in')) return `ALTER ROLE ${identifier(user)} LOGIN`
  if (!said.endsWith('no encryption')) return 'check the name of the user, and pg_hba.conf on the server'
  if (['disable', 'allow'].includes(tls.mode)) return 'pg_hba.conf on the server may ask for TLS: write sslmode=require'
  return 'pg_hba.conf may ask for TLS, which the server does not offer: check it, and ssl on the server'
}

/** The server's encoding or the column's type cannot hold the text. */
const UNFIT = ['22021', '22P05', '22P02']

export function queryFault(
  error: unknown,
  target: PostgresTarget,
  asked: { readonly sql: string; readonly timeoutMs: number; readonly secrets: readonly string[] },
): FaultError {
  if (error instanceof FaultError) return error
  const state = sqlState(error)
  const words =
    state === ''
      ? lostWords(error)
      : queryWords(state, saying(error), { ...asked, user: target.user, dbname: target.dbname })
  return faultError(words, { scope: 'check', secrets: asked.secrets, cause: error })
}

interface FaultyQuestion {
  readonly sql: string
  readonly timeoutMs: number
  readonly user: string
  readonly dbname: string
}

function queryWords(state: string, said: string, { sql, timeoutMs, user, dbname }: FaultyQuestion): FaultWords {
  if (state === '57014') return { kind: 'timeout', message: `the query took longer than ${formatWait(timeoutMs)}` }
  if (state === '55P03') return { kind: 'timeout', message: `the table was locked for ${formatWait(timeoutMs)}` }
  if (state === '42501') {
    const cure = grantFor(said, { sql, user })
    return { kind: 'denied', message: said, ...(cure === undefined ? {} : { cure }) }
  }
  // An unknown table, column or schema. The message names it, but not the database.
  if (state === '42P01' || state === '42703' || state === '3F000') {
    const unknownName = state === '42703' ? 'column' : 'table'
    return { kind: 'failed', message: `${said} (database ${dbname})`, unknownName }
  }
  // Not 08: a server also uses it for another server, behind a foreign table, and for missing parameters.
  if (state.startsWith('57P')) return { kind: 'unreachable', message: `connection lost during the query (${said})` }
  return { kind: 'failed', message: said, ...(UNFIT.includes(state) ? { isParameters: true } : {}) }
}
