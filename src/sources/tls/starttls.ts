import type { Socket } from 'node:net'
import { FaultError } from '../../core/errors.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { type Hearing, listenTo } from '../../io/net/hearing.ts'
import type { STARTING } from './look.ts'

const MOST_BYTES = 16 * 1024

/** A server that answered, and does not go over to TLS; the message says what it does. */
export class RefusedError extends Error {}

/**
 * Asks a server to go over to TLS.
 *
 * @throws RefusedError, with what it said
 */
export async function startTls(socket: Socket, protocol: (typeof STARTING)[number]): Promise<void> {
  const hearing = listenTo(socket, MOST_BYTES)
  const talk = createTalk(socket, hearing)
  if (protocol === 'postgres') {
    await talk(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), { end: /^./s, wanted: /^S/, isLast: true })
  }
  if (protocol === 'imap') {
    await talk('', { end: /^\* .*\r?\n/, wanted: /^\* OK/i, or: REFUSES })
    await talk('a STARTTLS\r\n', { end: /^a .*\r?\n/m, wanted: /^(?:\* .*\r?\n)*a OK\b.*\r?\n/i, isLast: true })
  }
  if (protocol === 'smtp') {
    // Whoever talks before the last line of a greeting is dropped by some.
    await talk('', { end: SMTP_END, wanted: /^220[ -]/, or: REFUSES })
    await talk('EHLO lastalive\r\n', { end: SMTP_END, wanted: /^250[ -]STARTTLS\b/im })
    await talk('STARTTLS\r\n', { end: SMTP_END, wanted: /^(?:220-.*\r?\n)*220(?: .*)?\r?\n/, isLast: true })
  }
  hearing.stop()
}

/** The last line of an answer. */
const SMTP_END = /^\d{3}(?: .*)?\r?\n/m
const REFUSES = 'refuses the connection'

interface Expected {
  /** matches as soon as an answer is whole */
  readonly end: RegExp
  /** what the answer must begin with, or hold */
  readonly wanted: RegExp
  /** behind it nothing may follow in plain: somebody else could have put it there */
  readonly isLast?: true
  /** what a server does that answers something else */
  readonly or?: string
}

/** Says something, and waits for the end of an answer, which must be the wanted one. */
function createTalk(socket: Socket, hearing: Hearing) {
  let known = 0
  return async (text: string | Buffer, { end, wanted, isLast, or = 'offers no TLS' }: Expected): Promise<void> => {
    if (text.length > 0) socket.write(text)
    const news = (): string => hearing.heard().subarray(known).toString('latin1')
    const how = await hearing.until(() => end.test(news()))
    const answer = news()
    known += answer.length
    const consent = wanted.exec(answer)?.[0]
    if (consent !== undefined && isLast !== true) return
    if (consent !== undefined && consent.length === answer.length) return
    if (answer === '' && how === 'closed') {
      throw new FaultError({ kind: 'unreachable', scope: 'check', message: 'connected, but closed without an answer' })
    }
    const what = consent === undefined ? or : 'goes on in plain behind its consent to TLS'
    throw new RefusedError(`${what}: answered "${shorten(clean(answer.trim()), 120)}"`)
  }
}
