import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server that says what it is told to say, gone when the test is over. */
export interface Peer {
  readonly port: number
  /** how often somebody has connected */
  connections(): number
}

/**
 * Starts a server on 127.0.0.1.
 *
 * @param converse called for each connection
 */
export async function startPeer(converse: (socket: Socket) => void): Promise<Peer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined))
    converse(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  // The address of a server that listens on a port is never a string.
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

/** Sends the same over and over, as fast as it is taken. */
export function sayForEver(socket: Socket, bytes: Buffer): void {
  const say = (): void => {
    while (socket.writable && socket.write(bytes));
  }
  socket.on('drain', say)
  say()
}

/** Answers each piece of what the other side says with the next of some answers, and then keeps still. */
export function answerInTurn(socket: Socket, answers: readonly (Buffer | string)[]): void {
  const left = [...answers]
  socket.on('data', () => {
    const answer = left.shift()
    if (answer !== undefined) socket.write(answer)
  })
}

/** A message of PostgreSQL's protocol. */
export function pgMessage(letter: string, ...parts: readonly (Buffer | string | number)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'number' ? int32(part) : Buffer.from(part))))
  return Buffer.concat([Buffer.from(letter), int32(body.length + 4), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A packet of MySQL's protocol. */
export function mysqlPacket(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(body.length, 0, 3)
  head.writeUInt8(sequence & 0xff, 3)
  return Buffer.concat([head, body])
}

/** What a MariaDB without TLS says of itself first. */
export const MYSQL_GREETING = mysqlPacket(
  0,
  Buffer.concat([
    Buffer.from('\x0a11.8.0-MariaDB\0', 'latin1'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('12345678\0', 'latin1'),
    // Flags without SSL, the character set, the status, more flags, the length of the challenge.
    Buffer.from([0xff, 0xf7, 45, 2, 0, 0xff, 0x81, 21]),
    Buffer.alloc(10),
    Buffer.from('123456789012\0mysql_native_password\0', 'latin1'),
  ]),
)

/** An answer without rows. `status` 2 is all, 10 that there are more. */
export function mysqlOk(sequence: number, status: 2 | 10): Buffer {
  return mysqlPacket(sequence, Buffer.from([0, 0, 0, status, 0, 0, 0]))
}
