import type { Delivery, Message, Outcome } from '../core/incident/notice.ts'
import type { Notifier, SendOptions } from '../core/ports.ts'
import { quote } from '../core/words/text.ts'

export type { Outcome }

/** A refusal that the next run may not meet. */
export function refusedForNow(error: string): Outcome {
  return { kind: 'refused', permanent: false, error }
}

/** A refusal that the same message would meet again. */
export function refusedForGood(error: string): Outcome {
  return { kind: 'refused', permanent: true, error }
}

/** Nobody can know whether it was taken. */
export function uncertain(error: string): Outcome {
  return { kind: 'uncertain', error }
}

export function deliveryTo(recipient: string, outcome: Outcome): Delivery {
  return { recipient, ...outcome }
}

/**
 * A notifier that is itself the only recipient.
 *
 * @param tell called only if that recipient is asked for
 */
export function oneRecipient(
  name: string,
  tell: (message: Message, options: SendOptions) => Promise<Outcome>,
): Notifier {
  const send: Notifier['send'] = async (message, recipients, options) => {
    const outcome = recipients.includes(name) ? await tell(message, options) : undefined
    return recipients.map((recipient) =>
      deliveryTo(recipient, (recipient === name && outcome) || stranger(recipient, name)),
    )
  }
  return { name, recipients: [name], send }
}

/** The answer for a recipient that a notifier does not know. */
export function stranger(recipient: string, name: string): Outcome {
  return refusedForGood(`${quote(recipient)} is not a recipient of ${name}`)
}
