import type { Socket } from 'node:net'
import type { Connection } from 'mysql2'
import { connectTimeout } from '../../io/net/faults.ts'
import { lossOf } from '../../io/net/guarded-socket.ts'
import { type Address, atFirstAddress, connectSocket, isUnreachable } from '../../io/net/socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { authentication } from './auth.ts'
import { serverError } from './faults.ts'
import { readGreeting } from './greeting.ts'
import { adjust, internals } from './inside.ts'
import { findAddresses, type WholePlace } from './place.ts'
import { isEncrypted, isVerified } from './tls.ts'

export interface MysqlSession {
  readonly client: Connection
  readonly socket: Socket
  readonly isMariaDb: boolean
}

interface LoginOptions {
  readonly database: string
  /** aborting it destroys all sockets that were opened, even after the login */
  readonly signal: AbortSignal
  /** the addresses of the host share it, so that one that never answers does not hide the others */
  readonly timeoutMs: number
  /** called before the server answers the login */
  readonly onReadable: (isReadable: boolean) => void
}

/**
 * Connects to the first address of the host that can be reached, and logs in.
 *
 * @throws FaultError, or the error of the system or the server
 */
export async function logIn(place: WholePlace, options: LoginOptions): Promise<MysqlSession> {
  const addresses = await findAddresses(place)
  const isRefusal = (error: unknown): boolean => !isUnreachable(error, serverError(error) !== 0)
  const use = (address: Address, connectMs: number): Promise<MysqlSession> =>
    logInAt(address, { ...options, place, connectMs })
  return await atFirstAddress(addresses, use, { ...options, isRefusal })
}

interface Try extends LoginOptions {
  readonly place: WholePlace
  /** for the connection and the greeting, without the login */
  readonly connectMs: number
}

async function logInAt(address: Address, attempt: Try): Promise<MysqlSession> {
  const { signal, place } = attempt
  let plain: Socket | undefined
  signal.addEventListener('abort', () => plain?.destroy())
  try {
    const connect = async (until: AbortSignal) => {
      plain = await connectSocket(address, until)
      return { socket: plain, greeting: await readGreeting(plain) }
    }
    const { socket, greeting } = await withLimit(connect, {
      signal,
      timeoutMs: attempt.connectMs,
      late: connectTimeout,
    })
    const encrypted = isEncrypted(place, address, greeting.offersTls)
    attempt.onReadable(!encrypted && !('path' in address))
    const client = await startClient(socket, { ...attempt, address, encrypted })
    return { client, socket: internals(client).stream, isMariaDb: greeting.isMariaDb }
  } catch (error) {
    plain?.destroy()
    throw (plain && lossOf(plain)) ?? error
  }
}

interface Start extends Try {
  readonly address: Address
  readonly encrypted: boolean
}

async function startClient(stream: Socket, { address, encrypted, place, database }: Start): Promise<Connection> {
  const { default: library } = await import('mysql2')
  const isSocket = 'path' in address
  const safety = { isPrivate: isSocket || encrypted, isProven: isSocket || (encrypted && isVerified(place)) }
  const client = library.createConnection({
    stream,
    user: place.user,
    database,
    ...(place.password !== undefined && { password: place.password }),
    ...(isSocket && { socketPath: address.path }),
    ...(encrypted && { ssl: {} }),
    ...authentication(place.user, safety, library),
    connectTimeout: 0,
    // The server must not read files of ours, and names of functions are not reserved words.
    flags: ['-LOCAL_FILES', '-IGNORE_SPACE'],
    connectAttributes: { program_name: 'lastalive' },
    multipleStatements: false,
    ...AS_TEXT,
  })
  adjust(client, place)
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    // Never removed: if the connection breaks while nobody waits, the next query notices.
    client.on('error', reject)
  })
  return client
}

/** Values as the server wrote them, rows without names, and no code generated at run time. */
const AS_TEXT = {
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  jsonStrings: true,
  rowsAsArray: true,
  disableEval: true,
  timezone: 'Z',
  trace: false,
} as const
