import type { Socket } from 'node:net'
import { FaultError } from '../../core/errors.ts'
import { LARGEST_ANSWER_BYTES, tooLargeFault } from './answer-size.ts'
import { saying } from './faults.ts'

/** About what a message takes in memory besides its text. */
const MESSAGE_BYTES = 100

/** What a server said could not be used, so that its connection was given up: another server may do better. */
export class GarbledError extends FaultError {}

/** What is known of a connection, and of the encrypted one that goes through it. */
interface Line {
  /** how much the server may still say */
  leftBytes: number
  /** why the connection was given up */
  loss?: FaultError
}

const lines = new WeakMap<Socket, Line>()

/**
 * Sees to it that nothing that a server sends can do more than lose its own connection: what is thrown while a library
 * reads it would otherwise end the process, and what has no end would fill the memory, from the first byte on.
 *
 * @param options.carrier the connection that this one goes through, encrypted
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
      return emit(event, ...values)
    } catch (error) {
      return give(error instanceof FaultError ? error : garbled(error))
    }
  }
  return socket
}

/** Counts what a message takes besides its text: a server may send as many empty ones as it likes. */
export function countMessage(socket: Socket): void {
  const line = lines.get(socket)
  if (line !== undefined) line.leftBytes -= MESSAGE_BYTES
}

/** What is asked next may have as large an answer as what was asked before. */
export function allowAnswer(socket: Socket): void {
  const line = lines.get(socket)
  if (line !== undefined) line.leftBytes = LARGEST_ANSWER_BYTES
}

/** Why a connection was given up, where it was: the library that spoke through it may only know that it is closed. */
export function lossOf(socket: Socket): FaultError | undefined {
  return lines.get(socket)?.loss
}

function garbled(error: unknown): GarbledError {
  const message = `what the server says cannot be understood (${saying(error)})`
  const cure = 'see what listens there, and whether something in between changes what it says'
  return new GarbledError({ kind: 'failed', scope: 'source', message, cure }, { cause: error })
}
