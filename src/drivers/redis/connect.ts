import { isIP, type Socket } from 'node:net'
import type { Redis, RedisOptions } from 'ioredis'
import type { FaultError } from '../../core/errors.ts'
import { connectFailure, connectTimeout } from '../../io/net/faults.ts'
import { inspect, lossOf } from '../../io/net/guarded-socket.ts'
import {
  type Address,
  addressesOf,
  atFirstAddress,
  connectSocket,
  encrypt,
  isUnreachable,
} from '../../io/net/socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import type { RedisTarget, RedisTls } from '../target.ts'
import { readIfGiven } from '../tls-file.ts'
import { refusalIn, wholeFault } from './faults.ts'
import { createReplyGuard } from './replies.ts'

/** A client that is connected, and has said nothing yet. */
export interface Line {
  readonly client: Redis
  /** what the server's bytes come through */
  readonly socket: Socket
  /** why the server has turned us away before it was asked anything; undefined where it has not */
  refusal(): FaultError | undefined
}

/** What connecting takes. */
interface ConnectOptions {
  /** when it fires, all sockets that were opened are destroyed, also afterwards */
  readonly signal: AbortSignal
  /** shared among the addresses of the host */
  readonly timeoutMs: number
}

/**
 * Connects to the first address of a server that can be reached.
 *
 * @throws FaultError, or the error of the system as it came
 */
export async function connect(target: RedisTarget, options: ConnectOptions): Promise<Line> {
  const { place } = target
  const addresses = 'path' in place ? [place] : await addressesOf(place.host, place.port)
  const isRefusal = (error: unknown): boolean => !isUnreachable(error, false)
  const use = async (address: Address, connectMs: number): Promise<Line> => {
    const toSocket = (signal: AbortSignal) => socketAt(address, target, signal)
    const socket = await withLimit(toSocket, { signal: options.signal, timeoutMs: connectMs, late: connectTimeout })
    options.signal.addEventListener('abort', () => socket.destroy())
    return await lineOn(socket, target)
  }
  return await atFirstAddress(addresses, use, { ...options, isRefusal })
}

async function socketAt(address: Address, { place, tls }: RedisTarget, signal: AbortSignal): Promise<Socket> {
  const plain = await connectSocket(address, signal)
  if (tls === undefined || 'path' in place) return plain
  try {
    return await secured(plain, place.host, tls)
  } catch (error) {
    plain.destroy()
    throw error
  }
}

/** The server has to prove who it is. */
async function secured(plain: Socket, host: string, { ca, cert, key }: RedisTls): Promise<Socket> {
  const [authorities, own, ownKey, { checkServerIdentity }] = await Promise.all([
    readIfGiven(ca),
    readIfGiven(cert),
    readIfGiven(key),
    import('node:tls'),
  ])
  return await encrypt(plain, {
    ...(isIP(host) === 0 && { servername: host }),
    ...(authorities !== undefined && { ca: authorities }),
    ...(own !== undefined && ownKey !== undefined && { cert: own, key: ownKey }),
    rejectUnauthorized: true,
    // The host is given here, since an IP address must not stand in the server name.
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
  })
}

/** The client on a connection of ours: it connects, logs in, waits and tries again by itself in nothing. */
async function lineOn(socket: Socket, target: RedisTarget): Promise<Line> {
  const { Redis: Client } = await import('ioredis')
  const guard = createReplyGuard()
  let first: string | undefined
  inspect(socket, (bytes) => {
    first ??= bytes.toString('utf8', 0, LONGEST_REFUSAL)
    guard(bytes)
  })
  const refusal = (): FaultError | undefined => refusalAtOnce(first, target)
  // The client makes it with `new`, and takes what that gives for a connector.
  const Connector: unknown = function connector() {
    return { connect: async () => socket, disconnect: () => void socket.destroy(), check: () => true }
  }
  const client = new Client({ ...BY_ITSELF, Connector: Connector as ConnectorConstructor })
  // Stays: a connection that breaks while nobody waits for it is noticed by the next command.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw lossOf(socket) ?? refusal() ?? (socket.destroyed ? connectFailure('the server closed the connection') : error)
  }
  return { client, socket, refusal }
}

type ConnectorConstructor = NonNullable<RedisOptions['Connector']>

const LONGEST_REFUSAL = 300

/** Everything that the client would do by itself. */
const BY_ITSELF = {
  protocol: 2,
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  disableClientInfo: true,
  autoResendUnfulfilledCommands: false,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  connectTimeout: 0,
  stringNumbers: true,
} as const satisfies RedisOptions

/** A server that has too many clients, or none but of its own host, says so and hangs up. */
function refusalAtOnce(said: string | undefined, target: RedisTarget): FaultError | undefined {
  const line = said?.startsWith('-') === true ? said.slice(1).split('\r\n')[0] : undefined
  if (line === undefined || !/^(?:ERR max number of clients|DENIED )/.test(line)) return undefined
  return wholeFault(refusalIn(line), { target, command: 'auth' })
}
