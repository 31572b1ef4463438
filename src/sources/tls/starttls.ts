import type { Socket } from 'node:net'
import { FaultError } from '../../core/errors.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { type Hearing, listenTo } from '../../io/net/hearing.ts'
import type { STARTING } from './look.ts'

const MOST_BYTES = 16 * 1024

/** A server that answered, and does not go over to TLS. */
export class RefusedError extends Error {}

/**
 * Asks a server to go over to TLS.
 *
 * @throws RefusedError, with what it said
 */
export async function startTls(socket: Socket, protocol: (typeof STARTING)[number]): Promise<void> {
  const hearing = listenTo(socket, MOST_BYTES)
  const talk = createTalk(socket, hearing)
  if (protocol === 'postgres') await talk(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), /^./s, /^S$/)
  if (protocol === 'imap') {
    await talk('', /^\* .*\r?\n/, /^\* OK/i)
    await talk('a STARTTLS\r\n', /^a .*\r?\n/m, /^a OK[^\n]*\r?\n$/im)
  }
  if (protocol === 'smtp') {
    await talk('', /^\d{3} .*\r?\n/m, /^220[ -]/)
    await talk('EHLO lastalive\r\n', /^\d{3}(?: .*)?\r?\n/m, /^250[ -]STARTTLS\b/im)
    await talk('STARTTLS\r\n', /^\d{3} .*\r?\n/m, /^220 [^\n]*\r?\n$/)
  }
  hearing.stop()
}

/** Says something, and waits for the end of an answer, which must be the wanted one: of the last with nothing behind it. */
function createTalk(socket: Socket, hearing: Hearing) {
  let known = 0
  return async (text: string | Buffer, end: RegExp, wanted: RegExp): Promise<void> => {
    if (text.length > 0) socket.write(text)
    const news = (): string => hearing.heard().subarray(known).toString('latin1')
    const how = await hearing.until(() => end.test(news()))
    const answer = news()
    known += answer.length
    if (wanted.test(answer)) return
    if (answer === '' && how === 'closed') {
      throw new FaultError({ kind: 'unreachable', scope: 'check', message: 'connected, but closed without an answer' })
    }
    throw new RefusedError(`offers no TLS: answered "${shorten(clean(answer.trim()), 120)}"`)
  }
}
