import type { Socket } from 'node:net'
import type { Connection } from 'mysql2'
import { countMessage } from '../../io/net/guarded-socket.ts'
import type { WholePlace } from './place.ts'
import { secure } from './tls.ts'

/*
 * What mysql2 has no public door for, all in one place. It has to be looked at with each new version of mysql2, and
 * test/drivers/mysql/inside.test.ts fails where one of these parts is gone:
 *
 * - `startTLS`, `stream` and `packetParser`: its own TLS takes no socket that is open, knows no `VERIFY_IDENTITY` beside
 *   `VERIFY_CA`, and cannot be guarded against what a server sends;
 * - `handlePacket` and `sequenceId`: each message has to be counted, one that comes out of turn is no reason to give up,
 *   and it prints to stderr what it does not understand.
 */

/** The parts of its connection that its types leave out. */
export interface Internals {
  stream: Socket
  sequenceId: number
  readonly packetParser: { execute(bytes: Buffer): void }
  startTLS(done: (error?: unknown) => void): void
  handlePacket(packet?: { readonly sequenceId: number }): void
}

/** The same connection, with those parts. */
export function internals(client: Connection): Internals {
  return client as unknown as Internals
}

/** Encrypts by our own rules, and keeps mysql2 from writing warnings to stderr. */
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

/** mysql2 prints what it does not understand to stderr, besides throwing it. */
function withoutWords(read: () => void): void {
  const { trace, error, warn } = console
  for (const word of WORDS) console[word] = () => {}
  try {
    read()
  } finally {
    Object.assign(console, { trace, error, warn })
  }
}
