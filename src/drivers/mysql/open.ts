import { noAnswer } from '../../io/net/faults.ts'
import { lossOf } from '../../io/net/guarded-socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import type { OpenOptions } from '../driver.ts'
import { runningClock, type ServerSession } from '../server-session.ts'
import type { MysqlTarget } from '../target.ts'
import { type MysqlSubject, openingFault } from './faults.ts'
import { logIn, type MysqlSession } from './login.ts'
import { completePlace, type WholePlace } from './place.ts'
import { command } from './query.ts'
import { beginFirst, KEPT, type OwnSession } from './session.ts'

/** The server's clock in epoch seconds. */
export const CLOCK = 'unix_timestamp(sysdate(6))'

/** A connection that is logged in. */
export interface OpenDatabase extends ServerSession, MysqlSession {
  readonly target: MysqlTarget
  readonly subject: MysqlSubject
  readonly own: OwnSession
  now(): Date
  /** the zone of such a session, if it is not UTC and nobody chose it; null if not so */
  unchosenZone?: string | null
}

/**
 * Logs in, and asks the first questions, in a transaction that only reads.
 *
 * @throws FaultError of scope `source`
 */
export async function openDatabase(target: MysqlTarget, options: OpenOptions): Promise<OpenDatabase> {
  const seconds = target.connectTimeout ?? Number.POSITIVE_INFINITY
  const timeoutMs = Math.min(options.timeoutMs, seconds * 1_000)
  let subject = subjectOf(target, { ...target, user: target.user ?? target.userName })
  return await withLimit(
    async (signal) => {
      try {
        const place = await completePlace(target)
        subject = subjectOf(target, place)
        const onReadable = (isReadable: boolean): void => {
          subject = { ...subject, isReadable }
        }
        const session = await logIn(place, { database: target.database, signal, timeoutMs, onReadable })
        const { at, account, zone, mode } = await greet(session, timeoutMs)
        const own = { zone, mode, settings: target.session }
        const rest = { target, own, subject: { ...subject, account }, now: runningClock(at) }
        return { ...session, signal: options.signal, ...rest }
      } catch (error) {
        throw openingFault(error, subject)
      }
    },
    { signal: options.signal, timeoutMs, late: (waited) => noAnswer(waited, 'source') },
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

interface Greeting {
  readonly at: Date
  readonly account: string
  readonly zone: string
  readonly mode: string
}

async function greet(session: MysqlSession, limitMs: number): Promise<Greeting> {
  try {
    await beginFirst(session, { limitMs, maxRows: undefined })
    const asked = [CLOCK, 'current_user()', KEPT.zone, KEPT.mode]
    const [now, account, zone, mode] = await command(session.client, `SELECT ${asked.join(', ')}`)
    return { at: new Date(Number(now) * 1_000), account: String(account), zone: String(zone), mode: String(mode) }
  } catch (error) {
    session.socket.destroy()
    throw lossOf(session.socket) ?? error
  }
}
