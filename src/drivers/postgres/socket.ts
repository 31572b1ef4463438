import type { Socket } from 'node:net'
import { connectFailure } from '../../io/net/faults.ts'
import { type Address, addressesOf, exists } from '../../io/net/socket.ts'
import type { PostgresPlace } from '../target.ts'

const SOCKET_DIRECTORIES = ['/var/run/postgresql', '/tmp']
/** https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * All addresses of the host of a target, to try in turn.
 *
 * @throws the error of the name service
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
  return await addressesOf(host ?? 'localhost', port)
}

/**
 * Asks the server whether it speaks TLS.
 *
 * @throws FaultError if it is not a PostgreSQL server
 */
export function offersTls(socket: Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(connectFailure('the server closed the connection'))
    socket.once('close', closed)
    socket.once('error', reject)
    socket.once('data', (answer) => {
      socket.off('close', closed)
      socket.off('error', reject)
      // Only one byte: somebody else could have slipped in more, which is not encrypted.
      const letter = answer.length === 1 ? answer.toString('latin1') : ''
      if (letter === 'S' || letter === 'N') resolve(letter === 'S')
      else reject(connectFailure('what answers there is not a PostgreSQL server'))
    })
    socket.write(SSL_REQUEST)
  })
}
