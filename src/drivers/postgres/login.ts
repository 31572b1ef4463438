import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Client } from 'pg'
import { errorCode, FaultError } from '../../core/errors.ts'
import { connectFailure, connectTimeout, tlsFailure } from '../../io/net/faults.ts'
import { countMessage, GarbledError, lossOf } from '../../io/net/guarded-socket.ts'
import { type Address, atFirstAddress, connectSocket, encrypt, isUnreachable } from '../../io/net/socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import type { PostgresPlace } from '../target.ts'
import { sqlState } from './faults.ts'
import { shuffle } from './host-list.ts'
import { readPgpass } from './pgpass.ts'
import { findAddresses, offersTls } from './socket.ts'
import { type Encryption, tlsOptions, waysToConnect } from './tls.ts'

export interface PostgresSession {
  readonly client: Client
  readonly socket: Socket
}

export interface LoginOptions {
  /** aborting it destroys all sockets that were opened, even after the login */
  readonly signal: AbortSignal
  /** the addresses of the host share it, so that one that never answers does not hide the others */
  readonly timeoutMs: number
  /** called with a password that was found in a file */
  readonly onSecret: (secret: string) => void
}

/**
 * Connects to the first address of the host that can be reached, and logs in.
 *
 * @throws FaultError, or the error of the system or the server
 */
export async function logIn(target: PostgresPlace, options: LoginOptions): Promise<PostgresSession> {
  const found = await findAddresses(target)
  const addresses = target.isBalanced ? shuffle(found) : found
  const isEncrypted = addresses.some((address) => waysToConnect(target, address).some((way) => way !== 'none'))
  const tls = isEncrypted ? await tlsOptions(target) : {}
  const isRefusal = (error: unknown): boolean => !isUnreachable(error, sqlState(error) !== '')
  const use = (address: Address, connectMs: number): Promise<PostgresSession> =>
    logInAt(address, { ...options, target, tls, connectMs })
  return await atFirstAddress(addresses, use, { ...options, isRefusal })
}

interface Try extends LoginOptions {
  readonly target: PostgresPlace
  readonly tls: ConnectionOptions
  /** for the connection, without the login */
  readonly connectMs: number
}

/** Logs in with or without encryption, by sslmode. If both ways fail, the preferred one's error is reported. */
async function logInAt(address: Address, attempt: Try): Promise<PostgresSession> {
  let first: unknown
  for (const encryption of waysToConnect(attempt.target, address)) {
    try {
      return await logInBy(address, encryption, attempt)
    } catch (error) {
      first ??= error
      if (!isWorthAnotherWay(error)) break
    }
  }
  throw first
}

/** pg_hba.conf may allow only the other way, and a failed handshake does not speak against a plain connection. */
function isWorthAnotherWay(error: unknown): boolean {
  if (error instanceof GarbledError) return false
  return sqlState(error) === '28000' || (error instanceof FaultError && error.fault.kind === 'failed')
}

async function logInBy(address: Address, encryption: Encryption, attempt: Try): Promise<PostgresSession> {
  const plain = await withLimit((signal) => connectSocket(address, signal), {
    signal: attempt.signal,
    timeoutMs: attempt.connectMs,
    late: (waited) => connectTimeout(waited),
  })
  attempt.signal.addEventListener('abort', () => plain.destroy())
  try {
    // pg is loaded while the server makes a process for us.
    const [socket] = await Promise.all([secure(plain, encryption, attempt), import('pg')])
    return { socket, client: await startClient(socket, attempt) }
  } catch (error) {
    plain.destroy()
    throw lossOf(plain) ?? error
  }
}

async function secure(socket: Socket, encryption: Encryption, { tls }: Try): Promise<Socket> {
  if (encryption === 'none') return socket
  if (await offersTls(socket)) return await encrypt(socket, tls)
  if (encryption === 'wanted') return socket
  throw tlsFailure('the server does not offer it')
}

async function startClient(socket: Socket, { target, onSecret }: Try): Promise<Client> {
  const { Client } = await import('pg')
  // If the socket closed before pg listens, pg would wait until the time is up.
  if (socket.destroyed) throw connectFailure('the server closed the connection')
  const client = new Client({
    user: target.user,
    database: target.dbname,
    host: target.host ?? 'localhost',
    port: target.port,
    application_name: target.applicationName,
    ...(target.options !== undefined && { options: target.options }),
    password: () => findPassword(target, onSecret),
    // Already encrypted, if at all. Written out, so that pg does not read the environment.
    ssl: false,
    sslnegotiation: 'postgres',
    stream: () => alreadyConnected(socket),
    enableChannelBinding: target.tls.bound,
    types: { getTypeParser: () => (text: string) => text },
  })
  // If the connection breaks while nobody waits, the next query notices.
  client.on('error', () => undefined)
  client.connection.on('message', () => countMessage(socket))
  refuseUnknownMethods(client, socket, target.user)
  if (target.tls.bound) insistOnBinding(client)
  await client.connect().catch((error: unknown) => {
    // Whether pg or we notice first is a matter of chance, and pg has no code for it.
    const isHungUp = socket.readableEnded && sqlState(error) === '' && errorCode(error) === ''
    throw isHungUp ? connectFailure('the server closed the connection') : error
  })
  return client
}

/** pg calls `connect` on the stream, but ours is already connected. */
function alreadyConnected(socket: Socket): Socket {
  const connect = (): Socket => {
    queueMicrotask(() => socket.emit('connect'))
    return socket
  }
  return Object.assign(socket, { connect })
}

/** Logins that a server asks for by number only. */
const METHODS: Readonly<Record<number, string>> = { 2: 'Kerberos', 6: 'SCM', 7: 'GSSAPI', 9: 'SSPI' }
/** Known to pg: none, plain password, MD5, and the steps of SASL. */
const KNOWN_METHODS = [0, 3, 5, 10, 11, 12]
const METHOD_BYTES = 9

/**
 * Reports a login method that is not supported, before pg calls it a protocol error. The request is the server's first
 * message.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html AuthenticationGSS
 */
function refuseUnknownMethods(client: Client, socket: Socket, user: string): void {
  let head = Buffer.alloc(0)
  const look = (bytes: Buffer): void => {
    head = Buffer.concat([head, bytes.subarray(0, METHOD_BYTES - head.length)])
    if (head.length < METHOD_BYTES) return
    socket.off('data', look)
    const method = head.readUInt32BE(METHOD_BYTES - 4)
    if (head[0] === 'R'.charCodeAt(0) && !KNOWN_METHODS.includes(method)) {
      throw unknownMethod(user, METHODS[method] ?? `number ${method}`)
    }
  }
  socket.on('data', look)
  client.connection.on('authenticationSASL', ({ mechanisms }: SaslOffer) => {
    if (!mechanisms.some((mechanism) => mechanism.startsWith('SCRAM-SHA-256'))) {
      throw unknownMethod(user, mechanisms.join(', '))
    }
  })
}

interface SaslOffer {
  readonly mechanisms: readonly string[]
}

function unknownMethod(user: string, method: string): FaultError {
  const message = `login refused for user ${user} (the server asks for a method that is not supported here, ${method})`
  const cure = `give ${user} the method scram-sha-256, or a password over TLS, in pg_hba.conf on the server`
  return new FaultError({ kind: 'denied', scope: 'source', message, cure })
}

/** Only SCRAM-SHA-256-PLUS proves that nobody sits in between. A server that asks for less gets no answer. */
function insistOnBinding(client: Client): void {
  let isBound = false
  const refuse = (): void => {
    const message = 'the server does not offer channel binding'
    const cure = 'leave out channel_binding=require'
    if (!isBound) client.connection.emit('error', new FaultError({ kind: 'denied', scope: 'source', message, cure }))
  }
  client.connection.on('authenticationSASL', (offer: SaslOffer) => {
    isBound = offer.mechanisms.includes('SCRAM-SHA-256-PLUS')
    refuse()
  })
  for (const event of ['authenticationCleartextPassword', 'authenticationMD5Password', 'authenticationOk']) {
    client.connection.on(event, refuse)
  }
}

async function findPassword(target: PostgresPlace, onSecret: (secret: string) => void): Promise<string> {
  if (target.password !== undefined) return target.password
  const { host = target.hostAddress, port, dbname, user } = target
  const answer = await readPgpass(target.passwordFile, { host, port, dbname, user })
  switch (answer.kind) {
    case 'found':
      onSecret(answer.password)
      return answer.password
    case 'none':
      throw noPassword(user, 'give one in --url, password_file or ~/.pgpass')
    case 'ignored':
      throw noPassword(user, answer.cure)
  }
}

function noPassword(user: string, cure: string): FaultError {
  const message = `login refused for user ${user} (the server asks for a password, and none is given)`
  return new FaultError({ kind: 'denied', scope: 'source', message, cure })
}
