import { noAnswer } from '../../io/net/faults.ts'
import { lossOf } from '../../io/net/guarded-socket.ts'
import { nowMs } from '../../io/now.ts'
import type { Dialect, Driver, OpenOptions, QueryResult, ServerQuestion } from '../driver.ts'
import { askInTime, lend, marginOf, runningClock, type ServerSession } from '../server-session.ts'
import type { PostgresPlace, PostgresTarget } from '../target.ts'
import { noFirstAnswer, queryFault } from './faults.ts'
import { openAtFirstHost } from './first-host.ts'
import { logIn, type PostgresSession } from './login.ts'
import { findObjection } from './objection.ts'
import { queryOnce } from './query.ts'
import { checkStatement } from './statement.ts'
import { type Begun, begin, CLOCK, type Transaction, type Wanted } from './transaction.ts'
import { readResult } from './values.ts'

const dialect: Dialect = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  now: CLOCK,
  isOneOf: (column) => `${column} = ANY($1)`,
  listParameters: (values) => [[...values]],
  asText: (column) => `CAST(${column} AS text)`,
  firstParameter: '$1',
  hidesRows: 'SELECT pg_catalog.row_security_active(pg_catalog.to_regclass($1))',
  idleRole: {
    sql: `SELECT rolname FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER') AND NOT
      pg_catalog.pg_has_role(oid, 'USAGE') LIMIT 1`,
    cure: 'ALTER ROLE … INHERIT, or options=-c role=…',
  },
  tableNames: `SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND n.nspname NOT LIKE 'pg\\_toast%' ORDER BY 1`,
}

/** PostgreSQL, over pg. Everything runs in one read-only transaction, which is rolled back. */
export const postgres: Driver<PostgresTarget> = {
  withConnection: async (target, options, use) =>
    lend(await openDatabase(target, options), { dialect, ask, sayGoodbye }, use),
}

async function sayGoodbye({ client, socket }: OpenDatabase): Promise<void> {
  await client.query('ROLLBACK')
  void client.end()
  // The goodbye is sent. The server's process need not have ended.
  await new Promise((resolve) => socket.write('', resolve))
}

interface OpenDatabase extends ServerSession, PostgresSession {
  readonly target: PostgresTarget
  readonly secrets: readonly string[]
  now(): Date
  /** undefined if a new one must begin */
  transaction: Transaction | undefined
}

async function openDatabase(target: PostgresTarget, options: OpenOptions): Promise<OpenDatabase> {
  const end = nowMs() + options.timeoutMs
  const secrets = [...target.secrets]
  const onSecret = (secret: string): void => void secrets.push(secret)
  let isLoggedIn = false
  return await openAtFirstHost<OpenDatabase>(target, {
    ...options,
    secrets,
    late: (waited) => (isLoggedIn ? noFirstAnswer(waited) : noAnswer(waited, 'source')),
    open: async (place, turn) => {
      isLoggedIn = false
      const session = await logIn(place, { ...turn, onSecret })
      isLoggedIn = true
      // The limit is for the queries that follow, which have all of what is left.
      const limitMs = end - nowMs()
      // The server may refuse the user's settings. That is no fault of the database, so they are set only when needed.
      const kind = target.session.size === 0 ? (options.session ?? 'utc') : 'utc'
      const entered = await enter(session, place, { limitMs, kind })
      if ('objection' in entered) return entered
      const { at, transaction } = entered
      return { opened: { ...session, target, signal: options.signal, secrets, now: runningClock(at), transaction } }
    },
  })
}

type Entered = Begun | { readonly objection: string }

/** Asks the first questions. Without the right answers the connection is given up. */
async function enter(session: PostgresSession, place: PostgresPlace, wanted: Wanted): Promise<Entered> {
  let begun: Begun | undefined
  try {
    const objection = await findObjection(session, place.sessionKind)
    if (objection !== undefined) return { objection }
    begun = await begin(session, place, wanted)
    return begun
  } catch (error) {
    throw lossOf(session.socket) ?? error
  } finally {
    if (begun === undefined) session.socket.destroy()
  }
}

/** Whether a transaction has the session that a query needs, and a limit that is at most a few milliseconds off. */
function isFor(transaction: Transaction | undefined, { kind, limitMs: timeoutMs }: Wanted): boolean {
  if (transaction === undefined || transaction.kind !== kind) return false
  const { limitMs } = transaction
  if (limitMs < timeoutMs) return false
  return limitMs - marginOf(limitMs) < timeoutMs - (3 / 4) * marginOf(timeoutMs)
}

async function ask(open: OpenDatabase, question: ServerQuestion): Promise<QueryResult> {
  const { timeoutMs } = question
  const { target, secrets } = open
  checkStatement(question.sql)
  const faultOf = (error: unknown) => queryFault(error, target, { sql: question.sql, timeoutMs, secrets })
  return await askInTime(open, () => askServer(open, question), { timeoutMs, faultOf })
}

async function askServer(open: OpenDatabase, question: ServerQuestion): Promise<QueryResult> {
  const { client, target } = open
  const end = nowMs() + question.timeoutMs
  const wanted = (): Wanted => ({ kind: question.session, limitMs: end - nowMs() })
  let { transaction } = open
  // An error ends the transaction. Until there is an answer, the next query has to begin one.
  open.transaction = undefined
  // A slow server may take a limit too late. Then it is set again, to what is left.
  for (let tries = 0; tries < 3 && !isFor(transaction, wanted()); tries++) {
    transaction = (await begin(open, target, { ...wanted(), isAnew: true })).transaction
  }
  const result = readResult(await queryOnce(client, question))
  // If something ended the transaction, the next query must begin one, so that it cannot write.
  if (client.getTransactionStatus() === 'T') open.transaction = transaction
  return transaction?.unchosenZone === undefined ? result : { ...result, unchosenZone: transaction.unchosenZone }
}
