import type { Socket } from 'node:net'
import { connectFailure } from '../../io/net/faults.ts'

export interface Greeting {
  readonly isMariaDb: boolean
  readonly offersTls: boolean
}

const HEADER_BYTES = 4
/** No greeting or refusal is larger. */
const LARGEST_BYTES = 4_096
const PROTOCOL = 10
const REFUSAL = 0xff
const TLS_FLAG = 0x800

/**
 * Reads the greeting of a server, and puts it back for mysql2. It tells whether to answer encrypted.
 *
 * @returns for a server that refuses the connection at once, that it offers no TLS
 * @throws FaultError if it is not a MySQL server; the system's error
 * @see
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
 */
export function readGreeting(socket: Socket): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    let read: Buffer<ArrayBufferLike> = Buffer.alloc(0)
    const settle = (finish: () => void): void => {
      socket.off('readable', look)
      socket.off('close', closed)
      socket.off('error', failed)
      finish()
    }
    const failed = (error: unknown): void => settle(() => reject(error))
    const closed = (): void => failed(connectFailure('the server closed the connection'))
    const look = (): void => {
      const chunk: Buffer | null = socket.read()
      if (chunk === null) return
      read = Buffer.concat([read, chunk])
      if (!isPossible(read)) {
        failed(connectFailure('what answers there is not a MySQL server'))
        return
      }
      if (read.length < HEADER_BYTES || read.length < HEADER_BYTES + read.readUIntLE(0, 3)) return
      settle(() => {
        socket.unshift(read)
        resolve(understand(read.subarray(HEADER_BYTES)))
      })
    }
    socket.on('readable', look)
    socket.once('close', closed)
    socket.once('error', failed)
    if (socket.destroyed) closed()
  })
}

function isPossible(read: Buffer): boolean {
  if (read.length > HEADER_BYTES && read[4] !== PROTOCOL && read[4] !== REFUSAL) return false
  return read.length < HEADER_BYTES || (read.readUIntLE(0, 3) <= LARGEST_BYTES && read[3] === 0)
}

function understand(packet: Buffer): Greeting {
  const end = packet.indexOf(0)
  if (packet[0] === REFUSAL || end < 0) return { isMariaDb: false, offersTls: false }
  // After the version: the connection's number, eight bytes of a challenge, a zero, the lower half of the flags.
  const flags = end + 1 + 4 + 8 + 1
  const offersTls = packet.length >= flags + 2 && (packet.readUInt16LE(flags) & TLS_FLAG) !== 0
  return { isMariaDb: /mariadb/i.test(packet.toString('latin1', 1, end)), offersTls }
}
