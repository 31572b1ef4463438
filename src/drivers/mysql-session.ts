import type { Session } from './mysql-login.ts'
import { command } from './mysql-query.ts'
import { marginOf } from './server-session.ts'

/** What a transaction is begun with. */
export interface SessionLimits {
  readonly limitMs: number
  readonly maxRows: number | undefined
}

/** The longest that these limits can be set to, in seconds: a year. */
const LONGEST_SECONDS = 31_536_000
/** "No limit", as the server has it. */
const ALL_ROWS = '18446744073709551615'

/**
 * Begins a read-only transaction, in a session that speaks UTC and Unicode, whatever was done in it before.
 *
 * The server's limits are a little below ours, so that it can say itself why there is no answer; and its limit for
 * locks is below that for the whole, so that a locked table is told from a slow query.
 *
 * @throws the error of the system or the server as it came
 */
export async function begin({ client, isMariaDb }: Session, limits: SessionLimits): Promise<void> {
  await command(client, settings(limits, isMariaDb))
  // Reads without locks, whatever the server prefers; and a transaction that a statement begins itself is as this one.
  await command(client, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY')
  await command(client, 'START TRANSACTION READ ONLY')
}

function settings({ limitMs, maxRows }: SessionLimits, isMariaDb: boolean): string {
  const margin = marginOf(limitMs)
  // MariaDB knows zero, which does not wait at all: then it is asked again until time is up.
  const lockSeconds = within(Math.floor((limitMs - 2 * margin) / 1_000), isMariaDb ? 0 : 1)
  const statementMs = Math.max(1, Math.floor(Math.min(limitMs - margin, LONGEST_SECONDS * 1_000)))
  const values = {
    time_zone: "'+00:00'",
    sql_mode: "''",
    // Where its words name a table, they are read.
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

function within(seconds: number, least: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(least, seconds))
}
