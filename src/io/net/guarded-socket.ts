import type { Socket } from 'node:net'
import { FaultError } from '../../core/errors.ts'
import { LARGEST_ANSWER_BYTES, tooLargeFault } from './answer-size.ts'
import { saying } from './faults.ts'

/** Roughly the memory of a message without its text. */
const MESSAGE_BYTES = 100

/** The server sent something unusable, so the connection was given up. Another server may do better. */
export class GarbledError extends FaultError {}

/** What is known of a connection, and of the encrypted one inside it. */
interface Line {
  leftBytes: number
  loss?: FaultError
}

const lines = new WeakMap<Socket, Line>()

/** What looks at each piece of bytes before the library that reads it, by its socket. */
const inspectors = new WeakMap<Socket, (bytes: Buffer) => void>()

/**
 * Makes sure that a server can do no more harm than lose its own connection. Otherwise an error that a library throws
 * while it reads would end the process, and endless data would fill the memory.
 *
 * @param options.carrier the connection that carries this encrypted one
 */
export function guard<T extends Socket>(socket: T, { carrier }: { readonly carrier?: Socket } = {}): T {
  const line: Line = (carrier && lines.get(carrier)) ?? { leftBytes: LARGEST_ANSWER_BYTES }
  lines.set(socket, line)
  const emit = socket.emit.bind(socket)
  const give = (error: FaultError): true => {
    line.loss ??= error
    socket.destroy(error)
    return true
  }
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [bytes] = values
    if (event === 'data' && bytes instanceof Buffer) {
      line.leftBytes -= bytes.length
      if (line.leftBytes < 0) return give(new GarbledError(tooLargeFault('source').fault))
    }
    try {
      if (event === 'data' && bytes instanceof Buffer) inspectors.get(socket)?.(bytes)
      return emit(event, ...values)
    } catch (error) {
      return give(error instanceof FaultError ? error : garbled(error))
    }
  }
  return socket
}

/** Has each piece of what a server says looked at first: where that throws, the connection is given up. */
export function inspect(socket: Socket, look: (bytes: Buffer) => void): void {
  inspectors.set(socket, look)
}

/** Counts the memory of a message besides its text: a server may send any number of empty ones. */
export function countMessage(socket: Socket): void {
  const line = lines.get(socket)
  if (line !== undefined) line.leftBytes -= MESSAGE_BYTES
}

/** Lets the next answer be as large as the last one could. */
export function allowAnswer(socket: Socket): void {
  const line = lines.get(socket)
  if (line !== undefined) line.leftBytes = LARGEST_ANSWER_BYTES
}

/** Why a connection was given up, if it was. The library that used it may only know that it is closed. */
export function lossOf(socket: Socket): FaultError | undefined {
  return lines.get(socket)?.loss
}

function garbled(error: unknown): GarbledError {
  const message = `what the server says cannot be understood (${saying(error)})`
  const cure = 'see what listens there, and whether something in between changes what it says'
  return new GarbledError({ kind: 'failed', scope: 'source', message, cure }, { cause: error })
}
