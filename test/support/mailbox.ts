import { setTimeout as sleep } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { type ParsedMail, simpleParser } from 'mailparser'

/** A message as it lies in a mailbox. */
export interface StoredMail {
  /** as it arrived, a character for each byte */
  readonly raw: string
  readonly parsed: ParsedMail
}

/** Somebody's INBOX, read over IMAPS. */
export interface Mailbox {
  /** all messages, oldest first, once there are so many: they arrive a little after they were accepted */
  mails(count: number): Promise<readonly StoredMail[]>
  close(): void
}

/** Where a mailbox is, and how to get in. */
export interface MailboxPlace {
  readonly port: number
  readonly user: string
  readonly password: string
  /** certificates to trust, as PEM */
  readonly ca: string
}

/** How long a message may take from the queue into the mailbox. */
const ARRIVAL_MS = 20_000

/** Opens a mailbox on 127.0.0.1, whose certificate must be by the authority. */
export async function openMailbox({ port, user, password, ca }: MailboxPlace): Promise<Mailbox> {
  const auth = { user, pass: password }
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: true, auth, tls: { ca }, logger: false })
  // A server that is stopped while we are connected is nothing to die of.
  client.on('error', () => {})
  await client.connect()
  await client.mailboxOpen('INBOX', { readOnly: true })
  return {
    mails: async (count) => {
      const giveUp = performance.now() + ARRIVAL_MS
      while (countIn(client) < count) {
        if (performance.now() > giveUp) throw new Error(`${countIn(client)} of ${count} messages reached ${user}`)
        await sleep(20)
        await client.noop()
      }
      const sources = countIn(client) === 0 ? [] : await client.fetchAll('1:*', { source: true })
      return Promise.all(
        sources.map(async ({ source = Buffer.alloc(0) }) => ({
          raw: source.toString('latin1'),
          parsed: await simpleParser(source),
        })),
      )
    },
    close: () => client.close(),
  }
}

function countIn(client: ImapFlow): number {
  return client.mailbox === false ? 0 : client.mailbox.exists
}
