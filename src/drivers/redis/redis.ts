import { isUtf8 } from 'node:buffer'
import { FaultError } from '../../core/errors.ts'
import { noAnswer } from '../../io/net/faults.ts'
import { lossOf } from '../../io/net/guarded-socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import { askInTime, runningClock, type ServerSession } from '../server-session.ts'
import type { RedisTarget } from '../target.ts'
import { connect, type Line } from './connect.ts'
import { type AskedOf, lostFault, openingFault, type Refusal, refusalIn, wholeFault } from './faults.ts'

/** A command with what it takes; a key may be any bytes. */
export interface Command {
  /** as a right names it: `get`, `xinfo|stream` */
  readonly name: string
  readonly with: readonly (string | Buffer)[]
  /** the key that it is about, as a person writes it */
  readonly key?: string
}

/** What a server answers: bytes, a number as it is written, nothing, or a list. */
export type RedisReply = Buffer | string | null | readonly RedisReply[] | { readonly refusal: Refusal }

/** An open connection whose server has told the time. */
export interface RedisConnection {
  readonly target: RedisTarget
  /** the server's clock: as it stood at the opening, and what has passed since */
  now(): Date
  /**
   * Sends commands at once, and gives back the answer of each: what the server refuses of one key is an answer.
   *
   * @throws FaultError of scope `source` where nothing more can be read
   */
  ask(commands: readonly Command[], timeoutMs: number): Promise<readonly RedisReply[]>
}

/** So many commands are sent before their answers are waited for. */
const AT_ONCE = 10_000

/**
 * Opens a connection to Redis or Valkey, lends it, and closes it whatever happens. Nothing is asked that writes, and
 * before the first key no more than a role must have that may do nothing but read.
 *
 * @throws FaultError of scope `source`; what `use` throws
 */
export async function withRedis<T>(
  target: RedisTarget,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  use: (connection: RedisConnection) => Promise<T>,
): Promise<T> {
  const { session, line, now } = await open(target, options)
  try {
    return await use({ target, now, ask: (commands, timeoutMs) => ask({ session, line, target }, commands, timeoutMs) })
  } finally {
    line.client.disconnect()
    line.socket.destroy()
  }
}

interface Opened {
  readonly session: ServerSession
  readonly line: Line
  readonly target: RedisTarget
}

async function open(
  target: RedisTarget,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Omit<Opened, 'target'> & { readonly now: () => Date }> {
  const late = (waited: string): FaultError => noAnswer(waited, 'source')
  return await withLimit(
    async (signal) => {
      let line: Line | undefined
      try {
        line = await connect(target, { signal, timeoutMs: options.timeoutMs })
        const session: ServerSession = { socket: line.socket, signal: options.signal }
        const replies = await ask({ session, line, target }, logInCommands(target), options.timeoutMs)
        return { session, line, now: runningClock(timeIn(replies.at(-1))) }
      } catch (error) {
        line?.socket.destroy()
        throw openingFault((line && (lossOf(line.socket) ?? line.refusal())) ?? error, target)
      }
    },
    { ...options, late },
  )
}

/** The database that a connection has by itself need not be selected, which is a right of its own. */
function logInCommands({ user, password, db }: RedisTarget): readonly Command[] {
  // A user without a password may be one that needs none; without either nobody logs in.
  const isLogin = user !== undefined || password !== undefined
  const login = user === undefined ? [password ?? ''] : [user, password ?? '']
  return [
    ...(isLogin ? [{ name: 'auth', with: login }] : []),
    ...(db === 0 ? [] : [{ name: 'select', with: [String(db)] }]),
    { name: 'time', with: [] },
  ]
}

/** Seconds and microseconds. */
function timeIn(reply: RedisReply | undefined): Date {
  const [seconds, microseconds] = Array.isArray(reply) ? reply.map(String) : []
  const at = new Date(Number(seconds) * 1_000 + Number(microseconds) / 1_000)
  if (Number.isFinite(at.getTime())) return at
  throw new FaultError({ kind: 'failed', scope: 'source', message: 'the server does not tell the time' })
}

async function ask(opened: Opened, commands: readonly Command[], timeoutMs: number): Promise<readonly RedisReply[]> {
  const replies: RedisReply[] = []
  const end = nowMs() + timeoutMs
  for (let at = 0; at < commands.length; at += AT_ONCE) {
    for (const reply of await askAtOnce(opened, commands.slice(at, at + AT_ONCE), end - nowMs())) replies.push(reply)
  }
  return replies
}

async function askAtOnce(
  { session, line, target }: Opened,
  commands: readonly Command[],
  timeoutMs: number,
): Promise<readonly RedisReply[]> {
  const faultOf = (error: unknown): FaultError => lostFault(error, target)
  return await askInTime(session, async () => repliesTo(line, commands, target), { timeoutMs, faultOf })
}

/** The client puts text together several times as fast as bytes. */
function asText(taken: string | Buffer): string | Buffer {
  return typeof taken === 'string' || !isUtf8(taken) ? taken : taken.toString()
}

async function repliesTo({ client }: Line, commands: readonly Command[], target: RedisTarget): Promise<RedisReply[]> {
  const pipeline = client.pipeline()
  for (const { name, with: taken } of commands) {
    const [word = name, ...sub] = name.split('|')
    pipeline.callBuffer(word, ...sub, ...taken.map(asText))
  }
  const results = (await pipeline.exec()) ?? []
  return results.map(([error, reply], i) =>
    error === null ? (reply as RedisReply) : refused(error, commands[i], target),
  )
}

/** What the server says of one command is an answer, unless it holds for all. */
function refused(error: Error, command: Command | undefined, target: RedisTarget): RedisReply {
  // What the client itself says is that the connection is lost.
  if (error.name !== 'ReplyError' || command === undefined) throw error
  const refusal = refusalIn(error.message)
  const asked: AskedOf = { target, command: command.name, ...(command.key === undefined ? {} : { key: command.key }) }
  const fault = wholeFault(refusal, asked)
  if (fault !== undefined) throw fault
  return { refusal }
}
