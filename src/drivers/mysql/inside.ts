import type { Socket } from 'node:net'
import type { Connection } from 'mysql2'
import { countMessage } from '../../io/net/guarded-socket.ts'
import type { WholePlace } from './place.ts'
import { secure } from './tls.ts'

/**
 * Everything that uses private parts of mysql2. Check it with each new version of mysql2;
 * test/drivers/mysql/inside.test.ts fails if one of these parts is gone.
 *
 * - `startTLS`, `stream` and `packetParser`: its own TLS takes no open socket, cannot tell `VERIFY_IDENTITY` from
 * `VERIFY_CA`, and cannot be guarded against what a server sends.
 * - `handlePacket` and `sequenceId`: each packet has to be counted, a packet out of turn must not end the connection,
 * and mysql2 prints to stderr what it does not understand.
 */

export interface Internals {
  stream: Socket
  sequenceId: number
  readonly packetParser: { execute(bytes: Buffer): void }
  startTLS(done: (error?: unknown) => void): void
  handlePacket(packet?: { readonly sequenceId: number }): void
}

export function internals(client: Connection): Internals {
  return client as unknown as Internals
}

/** Encrypts by our own rules, and keeps mysql2 from writing to stderr. */
export function adjust(client: Connection, place: WholePlace): void {
  const inside = internals(client)
  inside.startTLS = (done) => {
    inside.stream.removeAllListeners('data')
    secure(inside.stream, place).then((socket) => {
      socket.on('data', (bytes: Buffer) => inside.packetParser.execute(bytes))
      inside.stream = socket
      done()
    }, done)
  }
  const { handlePacket } = inside
  inside.handlePacket = (packet) => {
    countMessage(inside.stream)
    if (packet !== undefined) inside.sequenceId = packet.sequenceId
    withoutWords(() => handlePacket.call(client, packet))
  }
}

const WORDS = ['trace', 'error', 'warn'] as const

/** mysql2 prints what it does not understand to stderr, and also throws it. */
function withoutWords(read: () => void): void {
  const { trace, error, warn } = console
  for (const word of WORDS) console[word] = () => {}
  try {
    read()
  } finally {
    Object.assign(console, { trace, error, warn })
  }
}
