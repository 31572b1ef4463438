import type { FaultError } from '../../core/errors.ts'
import { LARGEST_ANSWER_BYTES, tooLargeFault } from '../../io/net/answer-size.ts'
import { GarbledError } from '../../io/net/guarded-socket.ts'

/** So many parts no answer of ours has; a server could announce more in a few bytes than our memory holds. */
const MOST_PARTS = 1_000_000
/** An answer of ours has lists in a list at most. */
const DEEPEST = 8
/** A header is a sign and a number. */
const LONGEST_HEADER = 24

const NEWLINE = 10
const TEXT_SIGNS = ['+'.charCodeAt(0), '-'.charCodeAt(0)]

/** How far an answer has come. */
interface Progress {
  /** bytes of a value that are still to be passed over, with the line's end behind it */
  skip: number
  /** what has come of a header whose end has not */
  header: string
  /** a line of text has begun, which may be as long as an answer */
  isInText: boolean
  /** how many parts are still to come of each list that is open */
  readonly open: number[]
  /** how many parts its lists have announced */
  parts: number
}

/**
 * Looks at the frame of what a Redis server says, before any library does: that it is RESP2, and that it announces no more
 * than it may.
 *
 * @returns what takes each piece of bytes in turn, and throws FaultError where it must not go on
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function createReplyGuard(): (bytes: Buffer) => void {
  const progress: Progress = { skip: 0, header: '', isInText: false, open: [], parts: 0 }
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      at = progress.skip > 0 ? passOver(progress, bytes, at) : passLine(progress, bytes, at)
    }
  }
}

function passOver(progress: Progress, bytes: Buffer, at: number): number {
  const passed = Math.min(progress.skip, bytes.length - at)
  progress.skip -= passed
  return at + passed
}

function passLine(progress: Progress, bytes: Buffer, at: number): number {
  const found = bytes.indexOf(NEWLINE, at)
  const end = found < 0 ? bytes.length : found
  const isText = progress.isInText || (progress.header === '' && TEXT_SIGNS.includes(bytes[at] ?? 0))
  if (isText) {
    progress.isInText = found < 0
    if (found >= 0) finishPart(progress)
    return end + 1
  }
  if (progress.header.length + end - at > LONGEST_HEADER) throw garbled()
  progress.header += bytes.toString('latin1', at, end)
  if (found >= 0) readHeader(progress)
  return end + 1
}

function readHeader(progress: Progress): void {
  const { header } = progress
  progress.header = ''
  if (/^:[+-]?\d+\r$/.test(header)) {
    finishPart(progress)
    return
  }
  const [, sign, number] = /^([$*])(-1|\d{1,10})\r$/.exec(header) ?? []
  if (number === undefined) throw garbled()
  const length = Number(number)
  if (sign === '$') beginValue(progress, length)
  else beginList(progress, length)
}

function beginValue(progress: Progress, length: number): void {
  if (length > LARGEST_ANSWER_BYTES) throw new GarbledError(tooLargeFault('source').fault)
  if (length >= 0) progress.skip = length + 2
  finishPart(progress)
}

function beginList(progress: Progress, length: number): void {
  progress.parts += Math.max(0, length)
  if (progress.parts > MOST_PARTS || progress.open.length >= DEEPEST) throw garbled()
  if (length > 0) progress.open.push(length)
  else finishPart(progress)
}

/** The last part of a list finishes that as well. */
function finishPart(progress: Progress): void {
  const { open } = progress
  for (let left = open.pop(); left !== undefined; left = open.pop()) {
    if (left > 1) {
      open.push(left - 1)
      return
    }
  }
  progress.parts = 0
}

function garbled(): FaultError {
  return new GarbledError({
    kind: 'failed',
    scope: 'source',
    message: 'what the server says cannot be understood (it is not as Redis answers)',
    cure: 'see what listens there, and whether something in between changes what it says',
  })
}
