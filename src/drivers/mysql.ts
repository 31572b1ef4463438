import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultError } from '../core/errors.ts'
import type { Dialect, Driver, OpenOptions, QueryResult } from './driver.ts'
import { formatWait, withLimit } from './limit.ts'
import {
  isLockTimeout,
  isStatementTimeout,
  lockedFault,
  type MysqlSubject,
  openingFault,
  queryFault,
} from './mysql-faults.ts'
import { logIn, type Session } from './mysql-login.ts'
import { completePlace, type WholePlace } from './mysql-place.ts'
import { command, type OneQuery, queryOnce } from './mysql-query.ts'
import { begin } from './mysql-session.ts'
import { checkStatement } from './mysql-statement.ts'
import { noAnswer } from './network-faults.ts'
import { askInTime, leave, marginOf, runningClock, type ServerSession } from './server-session.ts'
import type { MysqlTarget } from './target.ts'

/** How often a table that others hold is tried again, where the server's own waiting is too coarse. */
const RETRY_MS = 50

const dialect: Dialect = {
  quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
  now: 'unix_timestamp(sysdate(6))',
  isOneOf: (column, count) => (count === 0 ? 'FALSE' : `${column} IN (${Array(count).fill('?').join(', ')})`),
  listParameters: (values) => values,
  asText: (column) => column,
  firstParameter: '?',
  tableNames: `SELECT CASE WHEN table_schema = database() THEN table_name ELSE concat(table_schema, '.', table_name) END
    FROM information_schema.tables
    WHERE table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1`,
}

/** MySQL and MariaDB, over mysql2. Nothing is ever written: each statement is asked in a read-only transaction. */
export const mysql: Driver<MysqlTarget> = {
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
        const closed = new Promise((resolve) => open.socket.once('close', resolve))
        open.client.end()
        await closed
      })
    }
  },
}

/** A connection whose first query was answered. */
interface OpenDatabase extends ServerSession, Session {
  readonly subject: MysqlSubject
  /** the server's clock */
  now(): Date
}

async function openDatabase(target: MysqlTarget, options: OpenOptions): Promise<OpenDatabase> {
  const seconds = target.connectTimeout ?? Number.POSITIVE_INFINITY
  const timeoutMs = Math.min(options.timeoutMs, seconds * 1_000)
  let subject = subjectOf(target, { ...target, user: target.user ?? target.userName })
  return await withLimit(
    async (signal) => {
      try {
        const place = await completePlace(target)
        subject = subjectOf(target, place)
        const session = await logIn(place, { database: target.database, signal, timeoutMs })
        const { at, account } = await greet(session, timeoutMs)
        return { ...session, signal: options.signal, subject: { ...subject, account }, now: runningClock(at) }
      } catch (error) {
        throw openingFault(error, subject)
      }
    },
    { signal: options.signal, timeoutMs, late: (waited) => noAnswer(waited, 'database') },
  )
}

function subjectOf(target: MysqlTarget, place: Pick<WholePlace, 'host' | 'user' | 'password' | 'hint'>): MysqlSubject {
  const { host = 'localhost', user, password, hint } = place
  return {
    user,
    database: target.database,
    host,
    secrets: password === undefined ? target.secrets : [...target.secrets, password],
    ...(hint !== undefined && { hint }),
  }
}

/** Begins, and learns what the server's clock says and whom it takes us for. */
async function greet(session: Session, limitMs: number): Promise<{ readonly at: Date; readonly account: string }> {
  try {
    await begin(session, { limitMs, maxRows: undefined })
    const [now, account] = await command(session.client, `SELECT ${dialect.now}, current_user()`)
    return { at: new Date(Number(now) * 1_000), account: String(account) }
  } catch (error) {
    session.socket.destroy()
    throw error
  }
}

interface Question extends OneQuery {
  readonly timeoutMs: number
}

async function ask(open: OpenDatabase, question: Question): Promise<QueryResult> {
  const { timeoutMs } = question
  checkStatement(question.sql)
  const begun = performance.now()
  const faultOf = (error: unknown): FaultError =>
    queryFault(error, open.subject, { timeoutMs, waited: formatWait(performance.now() - begun) })
  return await askInTime(open, () => untilFree(open, question), { timeoutMs, faultOf })
}

/** The server waits for locks in whole seconds: what is left of the time after them is spent by asking again. */
async function untilFree(open: OpenDatabase, question: Question): Promise<QueryResult> {
  const end = performance.now() + question.timeoutMs - marginOf(question.timeoutMs)
  let wasLocked = false
  let limitMs = question.timeoutMs
  while (true) {
    try {
      await begin(open, { limitMs, maxRows: question.maxRows })
      return await queryOnce(open.client, question)
    } catch (error) {
      if (!isLockTimeout(error) && !(wasLocked && isStatementTimeout(error))) throw error
      wasLocked = true
      limitMs = end - performance.now() - RETRY_MS
      if (limitMs < RETRY_MS || open.broken !== undefined) throw lockedFault(question.timeoutMs)
      await sleep(RETRY_MS)
    }
  }
}
