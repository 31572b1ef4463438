import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type SmtpConnection from 'nodemailer/lib/smtp-connection'
import { readCertificates } from '../../io/net/certificates.ts'
import { nowMs } from '../../io/now.ts'
import { isTooLate, type TimeLimit, timeLeftMs } from '../../io/time-left.ts'
import { type Outcome, refusedForNow } from '../outcome.ts'
import type { Envelope } from './mime.ts'
import { clientName } from './smtp-name.ts'
import { createProgress, type Progress } from './smtp-progress.ts'
import type { SmtpTarget } from './smtp-url.ts'
import { type Failure, outcomesOf, serverName, smtpRefusal } from './smtp-words.ts'

/** How long a server may take for each of its answers. */
const STEP_MS = 10_000
/** How long one address may take before the next is tried. */
const ADDRESS_MS = 1000
/** How long to wait for the answer to QUIT, without holding up the caller. */
const QUIT_MS = 1000

interface Line {
  readonly socket: Socket
  readonly connection: SmtpConnection
  readonly progress: Progress
}

/**
 * Sends a mail to an SMTP server in one transaction.
 *
 * Each step has ten seconds. The answer to the final dot has all of the time until the deadline. When the signal fires,
 * the connection is cut and the answer comes at once: refused before the final dot, uncertain after it.
 *
 * @param options.hostName this host's, for EHLO if the URL has no name
 * @returns an outcome for each of its addresses
 */
export async function sendBySmtp(
  target: SmtpTarget,
  envelope: Envelope,
  options: TimeLimit & { readonly hostName: string },
): Promise<ReadonlyMap<string, Outcome>> {
  const forAll = (words: string) => new Map(envelope.to.map((address) => [address, refusedForNow(words)]))
  if (isTooLate(options)) return forAll(`${serverName(target)} was not asked: no time left`)
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const certificates = await readCertificates(target.ca, { who: target.shown, signal: options.signal })
  if ('error' in certificates) return forAll(certificates.error)
  const { ca } = certificates
  const name = target.name ?? clientName(options.hostName, envelope.from)
  return transact((progress) => lineTo(target, { Connection, ca, name, progress }), { target, envelope }, options)
}

interface Job {
  readonly target: SmtpTarget
  readonly envelope: Envelope
}

async function transact(
  open: (progress: Progress) => Line,
  job: Job,
  options: TimeLimit,
): Promise<ReadonlyMap<string, Outcome>> {
  const watch = createWatch(options)
  const progress = createProgress(() => watch.restart(progress.isDotSent() ? Number.POSITIVE_INFINITY : STEP_MS))
  const line = open(progress)
  watch.restart(STEP_MS)
  const interrupted = watch.over.then((end): Failure => ({ ...end, step: progress.step() }))
  const failure = await Promise.race([converse(line, job), interrupted])
  watch.stop()
  const outcomes = outcomesOf(job.envelope, failure, { target: job.target, progress })
  if (isWorthQuitting(failure, progress)) quit(line)
  else hangUp(line)
  return outcomes
}

type Interruption = { readonly kind: 'silent'; readonly waitedMs: number } | { readonly kind: 'interrupted' }

interface Watch {
  /** resolves when a step took too long, or the signal fired */
  readonly over: Promise<Interruption>
  /** starts the time of the next step; the deadline may come earlier */
  restart(limitMs: number): void
  stop(): void
}

function createWatch({ signal, deadline }: TimeLimit): Watch {
  const endsAt = nowMs() + timeLeftMs(deadline)
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let settle: (end: Interruption) => void = () => {}
  const over = new Promise<Interruption>((resolve) => {
    settle = resolve
  })
  const onAbort = () => settle({ kind: 'interrupted' })
  signal.addEventListener('abort', onAbort)
  // A signal that fired before does not fire again.
  if (signal.aborted) onAbort()
  return {
    over,
    restart: (limitMs) => {
      clearTimeout(timer)
      if (stopped) return
      const waitedMs = Math.max(Math.min(limitMs, endsAt - nowMs()), 0)
      timer = setTimeout(() => settle({ kind: 'silent', waitedMs }), waitedMs)
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}

interface LineOptions {
  readonly Connection: typeof SmtpConnection
  readonly ca: Buffer | undefined
  readonly name: string
  readonly progress: Progress
}

function lineTo(target: SmtpTarget, { Connection, ca, name, progress }: LineOptions): Line {
  // Our own socket tries each address of a name, and can give up a look-up that hangs.
  const address = { host: target.host, port: target.port }
  const socket = connect({ ...address, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: ADDRESS_MS })
  const connection = new Connection({
    ...address,
    connection: socket,
    name,
    secure: target.tls === 'implicit',
    requireTLS: target.tls === 'required',
    ignoreTLS: target.tls === 'never',
    opportunisticTLS: target.tls === 'offered',
    tls: { rejectUnauthorized: target.verified, ...(ca === undefined ? {} : { ca }) },
    socketCloseTimeout: 0,
    transactionLog: true,
    logger: { debug: (entry: unknown, text: unknown) => follow(progress, entry, text) },
  })
  // An error after the end must not end the process.
  socket.on('error', () => {})
  connection.on('error', () => {})
  return { socket, connection, progress }
}

/** Only the library's log shows each command. It masks passwords. */
function follow(progress: Progress, entry: unknown, text: unknown): void {
  if (typeof entry !== 'object' || entry === null || !('tnx' in entry) || typeof text !== 'string') return
  if (entry.tnx === 'client') progress.commandSent(text)
  if (entry.tnx === 'server') progress.replyReceived(text)
}

async function converse(line: Line, { target, envelope }: Job): Promise<Failure | undefined> {
  const { connection, progress } = line
  try {
    await connected(line.socket)
    progress.enter(target.tls === 'implicit' ? 'TLS greeting' : 'greeting')
    await answered(connection, (done) => connection.connect(done))
    const { login } = target
    if (login !== undefined) {
      if (!connection.secure && target.tls !== 'never') return { kind: 'no encryption' }
      if (!connection.allowsAuth) return { kind: 'no login offered' }
      await answered(connection, (done) => connection.login({ user: login.user, pass: login.password }, done))
    }
    const stream = await streamOf(envelope, progress)
    await answered(connection, (done) => connection.send({ from: envelope.from, to: [...envelope.to] }, stream, done))
    return undefined
  } catch (error) {
    return { kind: 'failed', step: progress.step(), error }
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
}

/** One exchange with the server. The library reports a failure to the callback or as an event. */
function answered(connection: SmtpConnection, ask: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    // Later than the callback, which knows more, if both come at once.
    connection.once('end', () => setImmediate(reject, Object.assign(new Error('closed'), { code: 'ECONNECTION' })))
    ask((error) => (error ? reject(error) : resolve()))
  })
}

/** A stream, whose end marks the final dot. */
async function streamOf(envelope: Envelope, progress: Progress): Promise<Readable> {
  const { Readable } = await import('node:stream')
  const stream = Readable.from([envelope.mime])
  stream.once('end', () => progress.enter('dot'))
  return stream
}

/** QUIT is for a server that has answered. In the middle of a message it would be part of the text. */
function isWorthQuitting(failure: Failure | undefined, progress: Progress): boolean {
  if (failure === undefined) return true
  return failure.kind === 'failed' && smtpRefusal(failure.error) !== undefined && progress.step() !== 'message'
}

/** Says QUIT, and keeps neither the caller nor the process waiting. */
function quit(line: Line): void {
  const timer = setTimeout(() => hangUp(line), QUIT_MS).unref()
  line.connection.once('end', () => {
    clearTimeout(timer)
    line.socket.destroy()
  })
  line.socket.unref()
  line.connection.quit()
}

function hangUp({ connection, socket }: Line): void {
  connection.close()
  socket.destroy()
}
