import { isAbsolute } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Message } from '../../core/incident/notice.ts'
import type { Notifier } from '../../core/ports.ts'
import { quote } from '../../core/words/text.ts'
import type { TimeLimit } from '../../io/time-left.ts'
import { deliveryTo, type Outcome, stranger } from '../outcome.ts'
import { parseAddress } from './address.ts'
import type { Envelope } from './mime.ts'
import type { SmtpTarget } from './smtp-url.ts'

export type MailTransport =
  | { readonly kind: 'smtp'; readonly target: SmtpTarget; readonly hostName: string }
  | { readonly kind: 'sendmail'; readonly program: readonly [path: string, ...args: string[]] }

export interface MailSettings {
  readonly to: readonly string[]
  /** plain address, for the header and the envelope */
  readonly from: string
  readonly transport: MailTransport
  /** who watches */
  readonly instance: string
}

/**
 * A notifier that sends mail. Its recipients are `NAME/ADDRESS`. Those who are told the same share one message.
 * Addresses that only some servers can take share another.
 *
 * @throws UsageError for a wrong address, or a sendmail path that is not absolute
 */
export function createMailNotifier(name: string, settings: MailSettings): Notifier {
  const from = parseAddress(settings.from, `${name}: from`)
  const addresses = new Map(settings.to.map((to) => [`${name}/${to}`, parseAddress(to, `${name}: to`)]))
  const { transport } = settings
  if (transport.kind === 'sendmail' && !isAbsolute(transport.program[0])) {
    const path = quote(transport.program[0])
    throw new UsageError(`${name}: sendmail ${path} is not an absolute path; write /usr/sbin/sendmail`)
  }
  return {
    name,
    recipients: [...addresses.keys()],
    send: async (message, recipients, options) => {
      const outcomes = new Map<string, Outcome>()
      const onOutcome = async (address: string, outcome: Outcome): Promise<void> => {
        outcomes.set(address, outcome)
        const named = recipients.filter((recipient) => addresses.get(recipient) === address)
        await Promise.all(named.map((recipient) => options.onDelivery?.(deliveryTo(recipient, outcome))))
      }
      const to = [...new Set(recipients.flatMap((recipient) => addresses.get(recipient) ?? []))]
      await sendTo(to, message, { ...settings, from, to: [...addresses.values()] }, { ...options, onOutcome })
      return recipients.map((recipient) => {
        const outcome = outcomes.get(addresses.get(recipient) ?? '')
        return deliveryTo(recipient, outcome ?? stranger(recipient, name))
      })
    },
  }
}

/**
 * An address in letters of other scripts needs SMTPUTF8, and then the whole message needs it on its way. A server
 * without it would return the message for everyone else as well.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6531
 */
function groupsOf(addresses: readonly string[]): readonly (readonly string[])[] {
  const isPlain = (address: string): boolean => /^\p{ASCII}*$/u.test(address)
  const groups = [addresses.filter(isPlain), addresses.filter((address) => !isPlain(address))]
  return groups.filter((group) => group.length > 0)
}

async function sendTo(
  addresses: readonly string[],
  message: Message,
  { from, to: everyone, instance, transport }: MailSettings,
  options: TimeLimit & { readonly onOutcome: (address: string, outcome: Outcome) => Promise<void> },
): Promise<void> {
  // Most runs tell nobody.
  const { composeMime } = await import('./mime.ts')
  const envelopeFor = async (to: readonly string[]): Promise<Envelope> => {
    // In the configured order, so that a repeated message is the same to the letter.
    const named = [...new Set(everyone)].filter((address) => to.includes(address))
    const mime = await composeMime(message, { from, to: named, instance })
    return { from, to, mime }
  }
  const envelopes = await Promise.all(groupsOf(addresses).map(envelopeFor))
  switch (transport.kind) {
    case 'smtp': {
      const { target, hostName } = transport
      const { sendBySmtp } = await import('./smtp.ts')
      const send = async (envelope: Envelope): Promise<void> => {
        const outcomes = await sendBySmtp(target, envelope, { ...options, hostName })
        await Promise.all([...outcomes].map(([address, outcome]) => options.onOutcome(address, outcome)))
      }
      await Promise.all(envelopes.map(send))
      return
    }
    case 'sendmail': {
      const { sendEachBySendmail } = await import('./sendmail.ts')
      const handed = addresses.flatMap((address) => {
        const envelope = envelopes.find(({ to }) => to.includes(address))
        return envelope === undefined ? [] : [{ address, envelope }]
      })
      await sendEachBySendmail(transport.program, handed, options)
    }
  }
}
