import { noAnswer } from '../../io/net/faults.ts'
import { lossOf } from '../../io/net/guarded-socket.ts'
import { nowMs } from '../../io/now.ts'
import type { Change, OpenOptions, QueryResult } from '../driver.ts'
import { askInTime, leave, marginOf, type ServerSession } from '../server-session.ts'
import type { PostgresPlace, PostgresTarget } from '../target.ts'
import { queryFault } from './faults.ts'
import { type HostAnswer, openAtFirstHost } from './first-host.ts'
import { type LoginOptions, logIn, type PostgresSession } from './login.ts'
import { findObjection } from './objection.ts'
import { queryOnce } from './query.ts'
import { readResult } from './values.ts'

/** Writes to tables of ours in PostgreSQL, at the first of its hosts that can be written to. */
export async function changePostgres(
  target: PostgresTarget,
  changes: () => readonly Change[],
  { signal, timeoutMs }: OpenOptions,
): Promise<readonly QueryResult[]> {
  const end = nowMs() + timeoutMs
  const secrets = [...target.secrets]
  const onSecret = (secret: string): void => void secrets.push(secret)
  const session = await openAtFirstHost<PostgresSession>(target, {
    signal,
    timeoutMs,
    secrets,
    late: (waited) => noAnswer(waited, 'source'),
    open: (place, turn) => logInToWrite(place, { ...turn, onSecret }),
  })
  const open: ServerSession & PostgresSession = { ...session, signal }
  try {
    const leftMs = end - nowMs()
    let asked = ''
    const onAsked = (sql: string): void => {
      asked = sql
    }
    const work = (): Promise<readonly QueryResult[]> => transact(open, changes, { limitMs: leftMs, onAsked })
    return await askInTime(open, work, {
      timeoutMs: leftMs,
      faultOf: (error) => queryFault(error, target, { sql: asked, timeoutMs: leftMs, secrets }),
    })
  } finally {
    await leave(open, async () => {
      void open.client.end()
      await new Promise((resolve) => open.socket.write('', resolve))
    })
  }
}

async function logInToWrite(place: PostgresPlace, options: LoginOptions): Promise<HostAnswer<PostgresSession>> {
  const session = await logIn(place, options)
  try {
    const objection = await findObjection(session, 'read-write')
    if (objection === undefined) return { opened: session }
    session.socket.destroy()
    return { objection: 'read only (a standby?)' }
  } catch (error) {
    const loss = lossOf(session.socket)
    session.socket.destroy()
    throw loss ?? error
  }
}

/**
 * The settings end with the transaction, as behind PgBouncer they have to. What is written is of use to whoever looks
 * soon, so that it does not wait for a standby that is away.
 */
async function transact(
  { client }: PostgresSession,
  changes: () => readonly Change[],
  { limitMs, onAsked }: { readonly limitMs: number; readonly onAsked: (sql: string) => void },
): Promise<readonly QueryResult[]> {
  const margin = marginOf(limitMs)
  const limit = (ms: number): string => String(Math.max(1, Math.floor(ms)))
  await client.query(
    [
      'BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE',
      `SET LOCAL statement_timeout = '${limit(limitMs - margin)}'`,
      `SET LOCAL lock_timeout = '${limit(limitMs - 2 * margin)}'`,
      "SET LOCAL synchronous_commit = 'local'",
      "SET LOCAL client_encoding = 'UTF8'",
      "SET LOCAL client_min_messages = 'error'",
    ].join('; '),
  )
  const results: QueryResult[] = []
  for (const { sql, parameters } of changes()) {
    onAsked(sql)
    results.push(readResult(await queryOnce(client, { sql, parameters, maxRows: undefined })))
  }
  await client.query('COMMIT')
  return results
}
