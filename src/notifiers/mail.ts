import { isAbsolute } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { Message } from '../core/notice.ts'
import type { Notifier } from '../core/ports.ts'
import { quote } from '../core/text.ts'
import { parseAddress } from './address.ts'
import { composeMime } from './mime.ts'
import { deliveryTo, type Letter, type Outcome, type SendOptions, stranger } from './outcome.ts'
import { sendBySendmail } from './sendmail.ts'
import { sendBySmtp } from './smtp.ts'
import type { SmtpTarget } from './smtp-url.ts'

/** Who takes the mail: a server, or a program at an absolute path. */
export type MailTransport =
  | { readonly kind: 'smtp'; readonly target: SmtpTarget }
  | { readonly kind: 'sendmail'; readonly path: string }

/** What a mail notifier needs to know. */
export interface MailSettings {
  /** plain addresses; each is a recipient of its own */
  readonly to: readonly string[]
  /** plain address, in the header and on the envelope */
  readonly from: string
  readonly transport: MailTransport
  /** name of the watching instance */
  readonly instance: string
}

/**
 * A notifier that sends mail. Its recipients are `NAME/ADDRESS`; those who are told the same share one message, but
 * for addresses that only some servers can take: these share another.
 *
 * @throws UsageError for an address that is none, and a sendmail path that is not absolute
 */
export function createMailNotifier(name: string, settings: MailSettings): Notifier {
  const from = parseAddress(settings.from, `${name}: from`)
  const addresses = new Map(settings.to.map((to) => [`${name}/${to}`, parseAddress(to, `${name}: to`)]))
  if (settings.transport.kind === 'sendmail' && !isAbsolute(settings.transport.path)) {
    throw new UsageError(
      `${name}: sendmail ${quote(settings.transport.path)} is not an absolute path; write /usr/sbin/sendmail`,
    )
  }
  return {
    name,
    recipients: [...addresses.keys()],
    send: async (message, recipients, options) => {
      const to = [...new Set(recipients.flatMap((recipient) => addresses.get(recipient) ?? []))]
      const sending = groupsOf(to).map((group) => sendTo(group, message, { ...settings, from }, options))
      const outcomes = new Map((await Promise.all(sending)).flatMap((outcome) => [...outcome]))
      return recipients.map((recipient) => {
        const outcome = outcomes.get(addresses.get(recipient) ?? '')
        return deliveryTo(recipient, outcome ?? stranger(recipient, name))
      })
    },
  }
}

/**
 * Addresses in letters of other scripts need SMTPUTF8, and then the whole message does, on each of its ways: a server
 * that knows nothing of it would return the message to everyone else as well.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6531
 */
function groupsOf(addresses: readonly string[]): readonly (readonly string[])[] {
  const isPlain = (address: string): boolean => /^\p{ASCII}*$/u.test(address)
  const groups = [addresses.filter(isPlain), addresses.filter((address) => !isPlain(address))]
  return groups.filter((group) => group.length > 0)
}

async function sendTo(
  to: readonly string[],
  message: Message,
  settings: MailSettings,
  options: SendOptions,
): Promise<ReadonlyMap<string, Outcome>> {
  const { from, instance, transport } = settings
  const letter: Letter = { from, to, mime: await composeMime(message, { from, to, instance }) }
  switch (transport.kind) {
    case 'smtp':
      return sendBySmtp(transport.target, letter, options)
    case 'sendmail': {
      const outcome = await sendBySendmail(transport.path, letter, options)
      return new Map(to.map((address) => [address, outcome]))
    }
  }
}
