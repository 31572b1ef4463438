import { FaultError } from '../../core/errors.ts'
import { saying } from '../../io/net/faults.ts'
import { marginOf } from '../server-session.ts'
import type { SessionSettings } from '../target.ts'
import { serverError } from './faults.ts'
import type { MysqlSession } from './login.ts'
import { command } from './query.ts'

export interface SessionLimits {
  readonly limitMs: number
  readonly maxRows: number | undefined
  /** settings for SQL of the user; undefined for our own session, in UTC */
  readonly own?: OwnSession | undefined
}

/** A session as in the server's own client, plus what the user has set. */
export interface OwnSession {
  readonly zone: string
  readonly mode: string
  readonly settings: SessionSettings
}

/** Variables in which the server keeps its own settings for us. */
export const KEPT = { zone: '@lastalive_time_zone', mode: '@lastalive_sql_mode' } as const

/** The longest limit that a server accepts, in seconds: a year. */
const LONGEST_SECONDS = 31_536_000
/** The server's value for "no limit". */
const ALL_ROWS = '18446744073709551615'

/**
 * Begins a read-only transaction, in a session that speaks Unicode, and is in UTC if it is one of ours, whatever was
 * done in it before.
 *
 * The server's limits are a little below ours, so that the server itself can say why there is no answer. Its limit for
 * locks is below that for the whole, so that a locked table is told from a slow query.
 *
 * @throws FaultError if the user's settings are refused; the error of the system or the server
 */
export async function begin({ client, isMariaDb }: MysqlSession, limits: SessionLimits): Promise<void> {
  await command(client, settings(limits, isMariaDb))
  if (limits.own !== undefined) await setUp(client, limits.own)
  // Reads without locks, whatever the server's default is. A transaction that a statement begins is the same.
  await command(client, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY')
  await command(client, 'START TRANSACTION READ ONLY')
}

/** Keeps what the server has set for a session that was just opened, and begins. */
export async function beginFirst(session: MysqlSession, limits: SessionLimits): Promise<void> {
  await command(session.client, `SET ${KEPT.zone} = @@SESSION.time_zone, ${KEPT.mode} = @@SESSION.sql_mode`)
  await begin(session, limits)
}

/**
 * Begins a transaction that writes to a table of ours. What does not fit is an error. Not READ COMMITTED: a server whose
 * binary log holds statements refuses that.
 *
 * @throws the error of the system or the server
 */
export async function beginToWrite({ client, isMariaDb }: MysqlSession, limitMs: number): Promise<void> {
  await command(client, settings({ limitMs, maxRows: undefined }, isMariaDb))
  await command(client, "SET SESSION sql_mode = 'STRICT_ALL_TABLES'")
  await command(client, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE')
}

function settings({ limitMs, maxRows, own }: SessionLimits, isMariaDb: boolean): string {
  const margin = marginOf(limitMs)
  // MariaDB takes zero, which does not wait at all: then the statement is repeated until time is up.
  const lockSeconds = within(Math.floor((limitMs - 2 * margin) / 1_000), isMariaDb ? 0 : 1)
  const statementMs = Math.max(1, Math.floor(Math.min(limitMs - margin, LONGEST_SECONDS * 1_000)))
  const values = {
    time_zone: own === undefined ? "'+00:00'" : literal(own.zone),
    sql_mode: own === undefined ? "''" : literal(own.mode),
    // The name of a table is read out of English messages.
    lc_messages: "'en_US'",
    character_set_client: 'utf8mb4',
    character_set_connection: 'utf8mb4',
    character_set_results: 'utf8mb4',
    sql_select_limit: maxRows === undefined ? ALL_ROWS : String(maxRows + 1),
    lock_wait_timeout: String(lockSeconds),
    innodb_lock_wait_timeout: String(Math.max(1, lockSeconds)),
    ...(isMariaDb
      ? { max_statement_time: String(statementMs / 1_000) }
      : { max_execution_time: String(Math.min(statementMs, 2 ** 31 - 1)) }),
  }
  const sets = Object.entries(values).map(([name, value]) => `${name} = ${value}`)
  return `SET SESSION ${sets.join(', ')}`
}

/** A statement of its own, so that only it fails if the server refuses a setting of the user. */
async function setUp(client: MysqlSession['client'], { settings }: OwnSession): Promise<void> {
  if (settings.size === 0) return
  const sets = [...settings].map(([name, value]) => `${name} = ${literal(value)}`)
  try {
    await command(client, `SET SESSION ${sets.join(', ')}`)
  } catch (error) {
    if (serverError(error) === 0) throw error
    const cure =
      serverError(error) === UNKNOWN_ZONE
        ? 'write an offset such as +01:00, or SYSTEM; or load the names with mysql_tzinfo_to_sql'
        : 'write another value in session'
    const message = `the session cannot be set up (${saying(error)})`
    throw new FaultError({ kind: 'failed', scope: 'check', message, cure }, { cause: error })
  }
}

const UNKNOWN_ZONE = 1298

/** No setting has a backslash in it. What a backslash means depends on the mode. */
function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

function within(seconds: number, least: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(least, seconds))
}
