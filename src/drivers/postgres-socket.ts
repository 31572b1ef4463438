import { lookup } from 'node:dns/promises'
import { access } from 'node:fs/promises'
import { createConnection, type NetConnectOpts, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { FaultError } from '../core/errors.ts'
import { connectFailure, tlsFailure } from './postgres-faults.ts'
import type { PostgresPlace } from './target.ts'

/** Where a server can be reached: the path of a socket, or an address and a port. */
export type Address = { readonly path: string } | { readonly host: string; readonly port: number }

const SOCKET_DIRECTORIES = ['/var/run/postgresql', '/tmp']
/** https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * All the addresses that the host of a target stands for, to be tried in turn.
 *
 * @throws what the name service says
 */
export async function findAddresses(target: PostgresPlace): Promise<readonly Address[]> {
  const { host, hostAddress, port } = target
  if (hostAddress !== undefined) return [{ host: hostAddress, port }]
  if (host?.startsWith('/') === true) return [{ path: `${host}/.s.PGSQL.${port}` }]
  if (host === undefined) {
    for (const directory of SOCKET_DIRECTORIES) {
      const path = `${directory}/.s.PGSQL.${port}`
      if (await exists(path)) return [{ path }]
    }
  }
  const found = await lookup(host ?? 'localhost', { all: true })
  return Array.from(new Set(found.map(({ address }) => address)), (address) => ({ host: address, port }))
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/**
 * Connects to one address.
 *
 * @param signal when it fires, the socket is destroyed, now or later
 * @throws the system's error
 */
export function connectSocket(address: Address, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options: NetConnectOpts = address
    const socket = createConnection({ ...options, noDelay: true })
    signal.addEventListener('abort', () => socket.destroy())
    if (signal.aborted) socket.destroy()
    socket.once('connect', () => resolve(socket))
    // Stays on the socket: an error that comes when nobody waits any more must not end the process.
    socket.on('error', reject)
    socket.once('close', () => reject(connectFailure('the connection was closed')))
  })
}

/**
 * Asks the server whether it speaks TLS.
 *
 * @throws FaultError where what answers is no PostgreSQL server
 */
export function offersTls(socket: Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(connectFailure('the server closed the connection'))
    socket.once('close', closed)
    socket.once('error', reject)
    socket.once('data', (answer) => {
      socket.off('close', closed)
      socket.off('error', reject)
      // One byte alone: what follows unencrypted could have been slipped in by somebody else.
      const letter = answer.length === 1 ? answer.toString('latin1') : ''
      if (letter === 'S' || letter === 'N') resolve(letter === 'S')
      else reject(connectFailure('what answers there is not a PostgreSQL server'))
    })
    socket.write(SSL_REQUEST)
  })
}

/**
 * Encrypts a connection whose server has agreed to it.
 *
 * @throws FaultError of kind `failed`
 */
export function encrypt(socket: Socket, options: ConnectionOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(error instanceof FaultError ? error : tlsFailure(error))
    try {
      const secure = connectTls({ ...options, socket }, () => resolve(secure))
      secure.on('error', fail)
      secure.once('close', () => fail(tlsFailure('the server closed the connection')))
      socket.once('close', () => secure.destroy())
    } catch (error) {
      // A certificate or key that cannot be used is thrown at once.
      fail(error)
    }
  })
}
