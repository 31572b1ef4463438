import { createConnection, isIP, type NetConnectOpts, type Socket } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { errorCode, FaultError } from '../../core/errors.ts'
import { access } from '../files/fs.ts'
import { nowMs } from '../now.ts'
import { connectFailure, tlsFailure } from './faults.ts'
import { GarbledError, guard } from './guarded-socket.ts'

export type Address = { readonly path: string } | { readonly host: string; readonly port: number }

export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/**
 * All addresses of a host, each once, to try in turn.
 *
 * @throws the error of the name service
 */
export async function addressesOf(host: string, port: number): Promise<readonly Address[]> {
  if (isIP(host) !== 0) return [{ host, port }]
  const { lookup } = await import('node:dns/promises')
  const found = await lookup(host, { all: true })
  return Array.from(new Set(found.map(({ address }) => address)), (address) => ({ host: address, port }))
}

/**
 * Connects to one address.
 *
 * @param signal destroys the socket, now or later
 * @throws the system's error
 */
export function connectSocket(address: Address, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options: NetConnectOpts = address
    const socket = guard(createConnection({ ...options, noDelay: true }))
    signal.addEventListener('abort', () => socket.destroy())
    if (signal.aborted) socket.destroy()
    socket.once('connect', () => resolve(socket))
    // Never removed: an error that comes when nobody waits any more must not end the process.
    socket.on('error', reject)
    socket.once('close', () => reject(connectFailure('the connection was closed')))
  })
}

/**
 * Encrypts a connection whose server has agreed to it.
 *
 * @param onKeys hears of each key that is agreed on, while the server may still end the handshake
 * @throws FaultError of kind `failed`
 */
export async function encrypt(
  socket: Socket,
  options: ConnectionOptions,
  onKeys?: (secure: TLSSocket) => void,
): Promise<Socket> {
  // Loading it takes a quarter of the time that Node needs to start.
  const { connect } = await import('node:tls')
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(error instanceof FaultError ? error : tlsFailure(error))
    try {
      const made = connect({ ...options, socket }, () => resolve(secure))
      if (onKeys !== undefined) made.on('keylog', () => onKeys(made))
      const secure = guard(made, { carrier: socket })
      secure.on('error', fail)
      secure.once('close', () => fail(tlsFailure('the server closed the connection')))
      socket.once('close', () => secure.destroy())
    } catch (error) {
      // A certificate or key that cannot be used is thrown at once.
      fail(error)
    }
  })
}

/**
 * Does something at the first address that can be reached. The addresses share the time, so that one that never answers
 * does not hide the others.
 *
 * @param options.isRefusal whether an error came from a server: its other addresses would say the same
 * @throws the error of the last address that was tried
 */
export async function atFirstAddress<T>(
  addresses: readonly Address[],
  use: (address: Address, connectMs: number) => Promise<T>,
  options: {
    readonly signal: AbortSignal
    readonly timeoutMs: number
    readonly isRefusal: (error: unknown) => boolean
  },
): Promise<T> {
  const end = nowMs() + options.timeoutMs
  let failure: unknown = connectFailure('the host has no address')
  for (const [i, address] of addresses.entries()) {
    const left = addresses.length - i
    const connectMs = left === 1 ? Number.POSITIVE_INFINITY : (end - nowMs()) / left
    try {
      return await use(address, connectMs)
    } catch (error) {
      failure = error
      if (options.isRefusal(error) || options.signal.aborted) break
    }
  }
  throw failure
}

/**
 * Whether an error is the network's, or says that nothing could be reached or understood.
 *
 * @param isServers whether the server sent it
 */
export function isUnreachable(error: unknown, isServers: boolean): boolean {
  if (error instanceof FaultError) return error.fault.kind === 'unreachable' || error instanceof GarbledError
  return !isServers && errorCode(error) !== ''
}
