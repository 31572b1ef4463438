import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultError } from '../../core/errors.ts'
import { formatWait } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { Dialect, Driver, QueryResult, ServerQuestion } from '../driver.ts'
import { askInTime, isUtc, lend, marginOf, utcProbes } from '../server-session.ts'
import type { MysqlTarget } from '../target.ts'
import { isLockTimeout, isStatementTimeout, lockedFault, queryFault } from './faults.ts'
import { withOffsets } from './instants.ts'
import { CLOCK, type OpenDatabase, openDatabase } from './open.ts'
import { command, queryOnce } from './query.ts'
import { begin, type OwnSession } from './session.ts'
import { checkStatement } from './statement.ts'

/** The server itself waits for locks in whole seconds. Within the last one the statement is repeated this often. */
const RETRY_MS = 50

const dialect: Dialect = {
  quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
  now: CLOCK,
  isOneOf: (column, count) => (count === 0 ? 'FALSE' : `${column} IN (${Array(count).fill('?').join(', ')})`),
  listParameters: (values) => values,
  asText: (column) => column,
  firstParameter: '?',
  lacksZones: "SELECT convert_tz('2000-01-01 12:00:00', 'UTC', 'Europe/Paris') IS NULL",
  idleRole: {
    sql: "SELECT role_name FROM information_schema.applicable_roles WHERE NOT (is_default <=> 'YES') LIMIT 1",
    cure: 'SET DEFAULT ROLE',
  },
  tableNames: `SELECT CASE WHEN table_schema = database() THEN table_name ELSE concat(table_schema, '.', table_name) END
    FROM information_schema.tables
    WHERE table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1`,
}

/** MySQL and MariaDB, over mysql2. Each statement runs in a read-only transaction. */
export const mysql: Driver<MysqlTarget> = {
  withConnection: async (target, options, use) =>
    lend(await openDatabase(target, options), { dialect, ask, sayGoodbye }, use),
}

async function sayGoodbye({ client, socket }: OpenDatabase): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve))
  client.end()
  await closed
}

async function ask(open: OpenDatabase, question: ServerQuestion): Promise<QueryResult> {
  const { timeoutMs } = question
  checkStatement(question.sql)
  const begun = nowMs()
  const faultOf = (error: unknown): FaultError =>
    queryFault(error, open.subject, { timeoutMs, waited: formatWait(nowMs() - begun) })
  return await askInTime(
    open,
    () => (question.session === 'utc' ? untilFree(open, question, UTC) : askAsClient(open, question)),
    { timeoutMs, faultOf },
  )
}

const UTC: Speech = { offset: '+00' }

/** The session of a statement, and its offset from UTC. */
interface Speech {
  readonly own?: OwnSession
  readonly offset: string
}

const FIXED = /^[+-]\d\d:\d\d$/

/** Asks in a session like that of the server's own client, and finds the instants of its TIMESTAMPs. */
async function askAsClient(open: OpenDatabase, question: ServerQuestion): Promise<QueryResult> {
  const { client, own } = open
  const end = nowMs() + question.timeoutMs
  const zone = String(own.settings.get('time_zone') ?? own.zone)
  const speech = { own, offset: FIXED.test(zone) ? zone : '' }
  const first = await untilFree(open, question, speech)
  open.unchosenZone ??= await findUnchosenZone(open, zone)
  const askAgain = (offset: string): Promise<QueryResult> => {
    const settings = new Map([...own.settings, ['time_zone', offset] as const])
    return untilFree(open, { ...question, timeoutMs: end - nowMs() }, { own: { ...own, settings }, offset })
  }
  const result = speech.offset === '' ? await withOffsets(client, first, askAgain) : first
  return open.unchosenZone === null ? result : { ...result, unchosenZone: open.unchosenZone }
}

async function findUnchosenZone({ client, target }: OpenDatabase, zone: string): Promise<string | null> {
  if (target.hasOwnZone || zone === '+00:00') return null
  const probes = utcProbes().map(({ text }) => `unix_timestamp('${text}')`)
  return isUtc(await command(client, `SELECT ${probes.join(', ')}`)) ? null : zone
}

/** The server waits for locks in whole seconds. The rest of the time is spent on asking again. */
async function untilFree(open: OpenDatabase, question: ServerQuestion, speech: Speech): Promise<QueryResult> {
  const end = nowMs() + question.timeoutMs - marginOf(question.timeoutMs)
  let wasLocked = false
  let limitMs = question.timeoutMs
  while (true) {
    try {
      await begin(open, { limitMs, maxRows: question.maxRows, own: speech.own })
      return await queryOnce(open.client, { ...question, offset: speech.offset })
    } catch (error) {
      if (!isLockTimeout(error) && !(wasLocked && isStatementTimeout(error))) throw error
      wasLocked = true
      limitMs = end - nowMs() - RETRY_MS
      if (limitMs < RETRY_MS || open.broken !== undefined) throw lockedFault(question.timeoutMs)
      await sleep(RETRY_MS)
    }
  }
}
