import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { errorCode } from '../../src/core/errors.ts'

/** A message that a server took. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** as it came over the line */
  readonly raw: string
  readonly parsed: ParsedMail
  /** what its sender said EHLO with */
  readonly client: string
  /** whether it came encrypted */
  readonly secure: boolean
}

/** A running server. */
export interface SmtpFixture {
  readonly port: number
  /** as lastalive takes it, with user and password where the server has a login */
  readonly url: string
  /** the messages taken so far, oldest first */
  readonly messages: readonly ReceivedMail[]
  stop(): Promise<void>
}

/** Its certificate is made out to localhost and 127.0.0.1 and signed by itself, so it is its own CA. */
export interface Certificate {
  readonly keyFile: string
  readonly certificateFile: string
  remove(): Promise<void>
}

/** What a well-behaved server is like. */
export interface SmtpSettings {
  /** default none: STARTTLS is not even known */
  readonly tls?: { readonly kind: 'starttls' | 'implicit'; readonly certificate: Certificate }
  /** required where given */
  readonly login?: { readonly user: string; readonly password: string }
  /** address → the answer to its RCPT, such as `550 5.1.1 no such user` */
  readonly refusals?: Readonly<Record<string, string>>
  /** default one that is free */
  readonly port?: number
}

/** What a faulty server is like. */
export interface Fault {
  readonly step: 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'dot'
  /** a refusal, or closing the connection, or never answering again */
  readonly does: '4xx' | '5xx' | 'drop' | 'hang'
  /** how many connections meet the fault, after which all goes well; default all of them */
  readonly times?: number
}

/** Makes a self-signed certificate in a temporary directory. */
export async function makeCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'lastalive-tls-'))
  const keyFile = join(directory, 'key.pem')
  const certificateFile = join(directory, 'certificate.pem')
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await promisify(execFile)('openssl', ['req', ...kind, ...names, '-keyout', keyFile, '-out', certificateFile])
  return { keyFile, certificateFile, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** Starts a real SMTP server on 127.0.0.1. */
export async function startSmtp(settings: SmtpSettings = {}): Promise<SmtpFixture> {
  const messages: ReceivedMail[] = []
  const server = new SMTPServer({
    ...(await tlsOptions(settings)),
    ...loginOptions(settings),
    disableReverseLookup: true,
    closeTimeout: 100,
    onRcptTo: ({ address }, _session, callback) => callback(refusal(settings.refusals?.[address])),
    onData: async (stream, { envelope, hostNameAppearsAs, secure }, callback) => {
      const raw = await received(stream)
      // The client died in the middle: the server did not get a message, and there is nobody to answer.
      if (raw === undefined) return
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      messages.push({
        from,
        to: envelope.rcptTo.map(({ address }) => address),
        raw,
        parsed: await simpleParser(raw),
        client: hostNameAppearsAs,
        secure,
      })
      callback()
    },
  })
  // A client that refuses the certificate is an error of the server's connection.
  server.on('error', () => {})
  const port = await listen(server.server, settings.port)
  const { login, tls } = settings
  const user = login === undefined ? '' : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`
  const url = `${tls?.kind === 'implicit' ? 'smtps' : 'smtp'}://${user}127.0.0.1:${port}`
  return { port, url, messages, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function received(stream: Readable): Promise<string | undefined> {
  try {
    return Buffer.concat(await stream.toArray()).toString('latin1')
  } catch (error) {
    if (errorCode(error) === 'ECONNECTION') return undefined
    throw error
  }
}

async function tlsOptions({ tls }: SmtpSettings): Promise<SMTPServerOptions> {
  if (tls === undefined) return { disabledCommands: ['STARTTLS'] }
  const [key, cert] = await Promise.all([readFile(tls.certificate.keyFile), readFile(tls.certificate.certificateFile)])
  return { secure: tls.kind === 'implicit', key, cert }
}

function loginOptions({ login, tls }: SmtpSettings): SMTPServerOptions {
  if (login === undefined) return { authOptional: true }
  return {
    allowInsecureAuth: tls === undefined,
    onAuth: ({ username, password }, _session, callback) => {
      const isRight = username === login.user && password === login.password
      callback(isRight ? null : refusal('535 5.7.8 bad user or password'), { user: isRight ? username : undefined })
    },
  }
}

function refusal(reply: string | undefined): Error | null {
  if (reply === undefined) return null
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })
}

async function listen(server: Server, wanted = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve))
  // The address of a server that listens on a port is never a string.
  return (server.address() as AddressInfo).port
}

/**
 * Starts a server on 127.0.0.1 that does one thing wrong at one step and otherwise behaves, without TLS, login or
 * pipelining. What came before a final dot is recorded even where the fault is its answer to that dot.
 */
export async function startFaultySmtp(fault: Fault): Promise<SmtpFixture> {
  const messages: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}))
    converse(socket, connections > (fault.times ?? Number.POSITIVE_INFINITY) ? undefined : fault, messages)
  })
  const port = await listen(server)
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, url: `smtp://127.0.0.1:${port}`, messages, stop }
}

const STEPS: Readonly<Record<string, Fault['step']>> = {
  EHLO: 'ehlo',
  HELO: 'ehlo',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
}
const ANSWERS: Readonly<Record<string, string>> = {
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go ahead',
  QUIT: '221 bye',
}

interface Envelope {
  from: string
  to: string[]
}

function converse(socket: Socket, fault: Fault | undefined, messages: ReceivedMail[]): void {
  const answer = (step: Fault['step'] | undefined, reply: string) => {
    if (step === undefined || step !== fault?.step) return socket.write(`${reply}\r\n`)
    if (fault.does === 'drop') return socket.destroy()
    if (fault.does === 'hang') return socket.pause()
    return socket.write(fault.does === '4xx' ? '451 4.3.0 try later\r\n' : '554 5.0.0 never\r\n')
  }
  let envelope: Envelope = { from: '', to: [] }
  let isData = false
  const obey = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase()
    note(line, verb, envelope)
    isData = verb === 'DATA' && fault?.step !== 'data'
    answer(STEPS[verb], ANSWERS[verb] ?? '250 localhost')
    if (verb === 'QUIT') socket.end()
  }
  const take = async (raw: string) => {
    isData = false
    messages.push({ ...envelope, raw, parsed: await simpleParser(raw), client: '', secure: false })
    envelope = { from: '', to: [] }
    answer('dot', '250 queued')
  }
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
    const mark = isData ? '\r\n.\r\n' : '\r\n'
    const end = received.indexOf(mark)
    if (end < 0) return
    const piece = received.slice(0, end)
    received = received.slice(end + mark.length)
    if (isData) void take(`${piece}\r\n`.replaceAll('\r\n..', '\r\n.'))
    else obey(piece)
  })
  answer('greeting', '220 localhost ESMTP')
}

function note(line: string, verb: string, envelope: Envelope): void {
  const address = /<(.*)>/.exec(line)?.[1] ?? ''
  if (verb === 'MAIL') envelope.from = address
  if (verb === 'RCPT') envelope.to.push(address)
}
