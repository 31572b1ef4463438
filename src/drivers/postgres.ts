import type { Dialect, Driver, OpenOptions, QueryResult } from './driver.ts'
import { noAnswer } from './network-faults.ts'
import { noFirstAnswer, queryFault } from './postgres-faults.ts'
import { findObjection } from './postgres-kind.ts'
import { logIn, type Session } from './postgres-login.ts'
import { type OneQuery, queryOnce } from './postgres-query.ts'
import { checkStatement } from './postgres-statement.ts'
import { openInTurn } from './postgres-turns.ts'
import { readResult } from './postgres-values.ts'
import { askInTime, leave, marginOf, runningClock, type ServerSession } from './server-session.ts'
import type { PostgresPlace, PostgresTarget } from './target.ts'

const dialect: Dialect = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  now: 'extract(epoch from pg_catalog.clock_timestamp())',
  isOneOf: (column) => `${column} = ANY($1)`,
  listParameters: (values) => [[...values]],
  asText: (column) => `CAST(${column} AS text)`,
  firstParameter: '$1',
  tableNames: `SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND n.nspname NOT LIKE 'pg\\_toast%' ORDER BY 1`,
}

/** PostgreSQL, over pg. Nothing is ever written: all of it is one read-only transaction, which is rolled back. */
export const postgres: Driver<PostgresTarget> = {
  async withConnection(target, options, use) {
    const open = await openDatabase(target, options)
    try {
      return await use({
        dialect,
        now: open.now,
        query: (sql, parameters, { timeoutMs, maxRows }) => ask(open, { sql, parameters, timeoutMs, maxRows }),
      })
    } finally {
      await leave(open, async () => {
        await open.client.query('ROLLBACK')
        void open.client.end()
        // Said, but its process need not have ended before we go on.
        await new Promise((resolve) => open.socket.write('', resolve))
      })
    }
  },
}

/** A connection whose first query was answered. */
interface OpenDatabase extends ServerSession, Session {
  readonly target: PostgresTarget
  readonly secrets: readonly string[]
  /** the server's clock */
  now(): Date
  /** the limit that the transaction has, or undefined where it must be begun anew */
  limitMs: number | undefined
}

async function openDatabase(target: PostgresTarget, options: OpenOptions): Promise<OpenDatabase> {
  const end = performance.now() + options.timeoutMs
  const secrets = [...target.secrets]
  const onSecret = (secret: string): void => void secrets.push(secret)
  let isLoggedIn = false
  return await openInTurn<OpenDatabase>(target, {
    ...options,
    secrets,
    late: (waited) => (isLoggedIn ? noFirstAnswer(waited) : noAnswer(waited, 'database')),
    open: async (place, turn) => {
      isLoggedIn = false
      const session = await logIn(place, { ...turn, onSecret })
      isLoggedIn = true
      // The limit is for the queries that follow, which have all of what is left.
      const limitMs = end - performance.now()
      const entered = await enter(session, place, limitMs)
      if ('objection' in entered) return entered
      return { opened: { ...session, target, signal: options.signal, secrets, now: runningClock(entered.at), limitMs } }
    },
  })
}

type Entered = { readonly at: Date } | { readonly objection: string }

/** Asks the first questions. Where they are not answered as they should be, the connection is gone. */
async function enter(session: Session, { sessionKind }: PostgresPlace, limitMs: number): Promise<Entered> {
  let at: Date | undefined
  try {
    const objection = await findObjection(session, sessionKind)
    if (objection !== undefined) return { objection }
    at = await begin(session, limitMs)
    return { at }
  } finally {
    if (at === undefined) session.socket.destroy()
  }
}

/** @returns what the server's clock says */
async function begin({ client }: Session, timeoutMs: number): Promise<Date> {
  const clock = `SELECT ${dialect.now}`
  // pg answers several statements with an array, and is not typed for it.
  const results = (await client.query({ text: `${beginning(timeoutMs)}; ${clock}`, rowMode: 'array' })) as unknown
  const last: unknown = Array.isArray(results) ? results.at(-1)?.rows?.[0]?.[0] : undefined
  return new Date(Number(last) * 1_000)
}

/**
 * What begins the transaction. Settings that end with it, not start-up options, so that it works behind PgBouncer.
 *
 * The server's limits are a little below ours, so that it can say itself why there is no answer; and its limit for
 * locks is below that for the whole, so that a locked table is told from a slow query.
 */
function beginning(limitMs: number): string {
  const margin = marginOf(limitMs)
  const settings = {
    statement_timeout: milliseconds(limitMs - margin),
    lock_timeout: milliseconds(limitMs - 2 * margin),
    timezone: 'UTC',
    datestyle: 'ISO, YMD',
    extra_float_digits: '3',
    bytea_output: 'hex',
    // What is done between two queries takes no time of the server's.
    idle_in_transaction_session_timeout: '0',
  }
  const sets = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = '${value}'`)
  return ['BEGIN READ ONLY', ...sets, SET_ENCODING].join('; ')
}

/** Whether the limits that were set suit a query: it is asked with what is left of the time, a few milliseconds less. */
function isLimitFor(limitMs: number | undefined, timeoutMs: number): boolean {
  if (limitMs === undefined || limitMs < timeoutMs) return false
  return limitMs - marginOf(limitMs) < timeoutMs - (3 / 4) * marginOf(timeoutMs)
}

/** A database without an encoding hands out whatever bytes it has: one that is not UTF-8 must not fail the query. */
const SET_ENCODING = `SELECT pg_catalog.set_config('client_encoding',
  CASE pg_catalog.current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, true)`

/** Zero would mean no limit at all. */
function milliseconds(ms: number): string {
  return String(Math.max(1, Math.floor(Math.min(ms, 2 ** 31 - 1))))
}

interface Question extends OneQuery {
  readonly timeoutMs: number
}

async function ask(open: OpenDatabase, question: Question): Promise<QueryResult> {
  const { timeoutMs } = question
  const { target, secrets } = open
  checkStatement(question.sql)
  const faultOf = (error: unknown) => queryFault(error, target, { sql: question.sql, timeoutMs, secrets })
  return await askInTime(open, () => askServer(open, question), { timeoutMs, faultOf })
}

async function askServer(open: OpenDatabase, question: Question): Promise<QueryResult> {
  const { client } = open
  const end = performance.now() + question.timeoutMs
  let limitMs = open.limitMs
  // Where a server is slow to take a limit, that limit comes too late: it is set once more, to what is left then.
  for (let tries = 0; tries < 3 && !isLimitFor(limitMs, end - performance.now()); tries++) {
    limitMs = end - performance.now()
    await client.query(`ROLLBACK; ${beginning(limitMs)}`)
  }
  // An error ends the transaction: until there is an answer, the next query has to begin one.
  open.limitMs = undefined
  const result = await queryOnce(client, question)
  // Whatever may have ended the transaction: the next query has to begin one, so that it cannot write.
  if (client.getTransactionStatus() === 'T') open.limitMs = limitMs
  return readResult(result)
}
