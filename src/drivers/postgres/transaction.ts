import { FaultError } from '../../core/errors.ts'
import { quote } from '../../core/words/text.ts'
import { saying } from '../../io/net/faults.ts'
import type { SessionKind } from '../driver.ts'
import { isUtc, marginOf, utcProbes } from '../server-session.ts'
import type { PostgresTarget } from '../target.ts'
import { sqlState } from './faults.ts'
import type { PostgresSession } from './login.ts'

export interface Wanted {
  readonly kind: SessionKind
  readonly limitMs: number
}

export interface Transaction extends Wanted {
  /** the session's zone, if it is not UTC and nobody chose it */
  readonly unchosenZone?: string
}

export interface Begun {
  readonly at: Date
  readonly transaction: Transaction
}

/** The server's clock in epoch seconds: the same in each zone, even in an hour that comes twice. */
export const CLOCK = 'extract(epoch from pg_catalog.clock_timestamp())'

/**
 * Begins a read-only transaction, and asks for the server's clock.
 *
 * @param wanted.isAnew another transaction is open, and is left
 * @throws FaultError if the user's settings are refused; the error of the system or the server
 */
export async function begin(
  { client }: Pick<PostgresSession, 'client'>,
  target: PostgresTarget,
  wanted: Wanted & { readonly isAnew?: boolean },
): Promise<Begun> {
  const { kind, limitMs, isAnew = false } = wanted
  const isAsked = kind === 'server' && !target.hasOwnZone
  const questions = isAsked ? [CLOCK, ...ZONE] : [CLOCK]
  const start = isAnew ? ['ROLLBACK', BEGIN] : [BEGIN]
  const statements = [...start, ...settings(wanted, target), SET_ENCODING, `SELECT ${questions.join(', ')}`]
  try {
    // pg answers several statements with an array, but its types do not say so.
    const results = (await client.query({ text: statements.join('; '), rowMode: 'array' })) as unknown
    const last: unknown = Array.isArray(results) ? results.at(-1)?.rows?.[0] : undefined
    const [now, zone, ...probes] = Array.isArray(last) ? (last as unknown[]) : []
    const unchosen = isAsked && !isUtc(probes) ? { unchosenZone: String(zone) } : {}
    return { at: new Date(Number(now) * 1_000), transaction: { kind, limitMs, ...unchosen } }
  } catch (error) {
    if (kind === 'server' && target.session.size > 0 && isOfSettings(error)) throw settingsFault(error, target)
    throw error
  }
}

/** Whatever the server's default is: a hot standby refuses SERIALIZABLE, and DEFERRABLE waits for all writers. */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY, NOT DEFERRABLE'

const ZONE = [
  "pg_catalog.current_setting('TimeZone')",
  ...utcProbes().map(({ text }) => `extract(epoch from '${text}'::pg_catalog.timestamptz)`),
]

/**
 * Settings that end with the transaction. Start-up options would not work behind PgBouncer.
 *
 * The server's limits are a little below ours, so that the server itself can say why there is no answer. Its limit for
 * locks is below that for the whole, so that a locked table is told from a slow query.
 */
function settings({ kind, limitMs }: Wanted, { session }: PostgresTarget): readonly string[] {
  const margin = marginOf(limitMs)
  const limits = {
    statement_timeout: milliseconds(limitMs - margin),
    lock_timeout: milliseconds(limitMs - 2 * margin),
    // The time between two queries is ours, not the server's.
    idle_in_transaction_session_timeout: '0',
  }
  const set = (values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).map(([name, value]) => `SET LOCAL ${name} = '${value}'`)
  if (kind === 'utc') return [...set(limits), ...set(UTC)]
  // Only the style of dates is set. The order of day and month in what is read stays as it is.
  return [...set(limits), ...[...session].map(setting), ...set({ datestyle: 'ISO' })]
}

const UTC = { timezone: 'UTC', datestyle: 'ISO, YMD', extra_float_digits: '3', bytea_output: 'hex' }

/** Not SET, which reads a list such as that of search_path as one name. */
function setting([name, value]: readonly [string, string | number | boolean]): string {
  const known = name === 'time_zone' ? 'timezone' : name
  return `SELECT pg_catalog.set_config('${known}', '${String(value).replaceAll("'", "''")}', true)`
}

/** A database without an encoding returns any bytes. Bytes that are not UTF-8 must not fail the query. */
const SET_ENCODING = `SELECT pg_catalog.set_config('client_encoding',
  CASE pg_catalog.current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, true)`

/** Zero would mean no limit. */
function milliseconds(ms: number): string {
  return String(Math.max(1, Math.floor(Math.min(ms, 2 ** 31 - 1))))
}

/** Whether a server refused a setting, and did not just go away or time out. */
function isOfSettings(error: unknown): boolean {
  return /^(?:22|42)/.test(sqlState(error))
}

function settingsFault(error: unknown, { session }: PostgresTarget): FaultError {
  const said = saying(error)
  const zone = session.get('time_zone')
  const isZone = /"timezone"/i.test(said)
  const cure = isZone
    ? `write another zone than ${quote(String(zone))} in session or PGTZ: one of pg_timezone_names`
    : 'write another value in session or PGDATESTYLE'
  return new FaultError(
    { kind: 'failed', scope: 'check', message: `the session cannot be set up (${said})`, cure },
    { cause: error },
  )
}
