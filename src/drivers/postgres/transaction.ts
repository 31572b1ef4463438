import { FaultError } from '../../core/errors.ts'
import { quote } from '../../core/words/text.ts'
import { saying } from '../../io/net/faults.ts'
import type { SessionKind } from '../driver.ts'
import { isUtc, marginOf, utcProbes } from '../server-session.ts'
import type { PostgresTarget } from '../target.ts'
import { sqlState } from './faults.ts'
import type { Session } from './login.ts'

/** What a transaction is wanted for: in which session, and how long it may take. */
export interface Wanted {
  readonly kind: SessionKind
  readonly limitMs: number
}

/** What was begun. */
export interface Transaction extends Wanted {
  /** the zone of its session where that is not UTC and nobody has chosen it */
  readonly unchosenZone?: string
}

/** A transaction, and what the server's clock said then. */
export interface Begun {
  readonly at: Date
  readonly transaction: Transaction
}

/** The server's clock, in seconds since the epoch: the same in each zone, also in an hour that comes twice. */
export const CLOCK = 'extract(epoch from pg_catalog.clock_timestamp())'

/**
 * Begins a read-only transaction, and asks for the server's clock.
 *
 * @param wanted.isAnew another one is open, and is left
 * @throws FaultError where what the user has set is refused; the error of the system or the server as it came
 */
export async function begin(
  { client }: Pick<Session, 'client'>,
  target: PostgresTarget,
  wanted: Wanted & { readonly isAnew?: boolean },
): Promise<Begun> {
  const { kind, limitMs, isAnew = false } = wanted
  const isAsked = kind === 'server' && !target.hasOwnZone
  const questions = isAsked ? [CLOCK, ...ZONE] : [CLOCK]
  const start = isAnew ? ['ROLLBACK', BEGIN] : [BEGIN]
  const statements = [...start, ...settings(wanted, target), SET_ENCODING, `SELECT ${questions.join(', ')}`]
  try {
    // pg answers several statements with an array, and is not typed for it.
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

/**
 * As at READ COMMITTED, whatever the server prefers: a hot standby refuses SERIALIZABLE, and with DEFERRABLE it waits
 * for all who write.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY, NOT DEFERRABLE'

/** What the zone is called, and what is asked to see whether it is UTC. */
const ZONE = [
  "pg_catalog.current_setting('TimeZone')",
  ...utcProbes().map(({ text }) => `extract(epoch from '${text}'::pg_catalog.timestamptz)`),
]

/**
 * Settings that end with the transaction, not start-up options, so that it works behind PgBouncer.
 *
 * The server's limits are a little below ours, so that it can say itself why there is no answer; and its limit for
 * locks is below that for the whole, so that a locked table is told from a slow query.
 */
function settings({ kind, limitMs }: Wanted, { session }: PostgresTarget): readonly string[] {
  const margin = marginOf(limitMs)
  const limits = {
    statement_timeout: milliseconds(limitMs - margin),
    lock_timeout: milliseconds(limitMs - 2 * margin),
    // What is done between two queries takes no time of the server's.
    idle_in_transaction_session_timeout: '0',
  }
  const set = (values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).map(([name, value]) => `SET LOCAL ${name} = '${value}'`)
  if (kind === 'utc') return [...set(limits), ...set(UTC)]
  // The form of dates alone is ours: whether the day or the month comes first in what is read stays as it is.
  return [...set(limits), ...[...session].map(setting), ...set({ datestyle: 'ISO' })]
}

/** A session of ours. */
const UTC = { timezone: 'UTC', datestyle: 'ISO, YMD', extra_float_digits: '3', bytea_output: 'hex' }

/** Not SET, which takes a list such as that of search_path for one name. */
function setting([name, value]: readonly [string, string | number | boolean]): string {
  const known = name === 'time_zone' ? 'timezone' : name
  return `SELECT pg_catalog.set_config('${known}', '${String(value).replaceAll("'", "''")}', true)`
}

/** A database without an encoding hands out whatever bytes it has: one that is not UTF-8 must not fail the query. */
const SET_ENCODING = `SELECT pg_catalog.set_config('client_encoding',
  CASE pg_catalog.current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, true)`

/** Zero would mean no limit at all. */
function milliseconds(ms: number): string {
  return String(Math.max(1, Math.floor(Math.min(ms, 2 ** 31 - 1))))
}

/** A server that refuses a setting, and not one that goes away or lets time pass. */
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
