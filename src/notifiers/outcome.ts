import type { Delivery } from '../core/incident/notice.ts'
import { quote } from '../core/words/text.ts'

/** What became of a message for one address: a delivery without its recipient. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly by: string }
  | { readonly kind: 'refused'; readonly permanent: boolean; readonly error: string }
  | { readonly kind: 'uncertain'; readonly error: string }

export interface Letter {
  readonly from: string
  readonly to: readonly string[]
  /** the whole message, lines ended by LF */
  readonly mime: Buffer
}

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
 * The answers of a notifier that is itself the only recipient.
 *
 * @param tell called only if that recipient is asked for
 */
export async function tellOne(
  name: string,
  recipients: readonly string[],
  tell: () => Promise<Outcome>,
): Promise<readonly Delivery[]> {
  const outcome = recipients.includes(name) ? await tell() : undefined
  return recipients.map((recipient) =>
    deliveryTo(recipient, (recipient === name && outcome) || stranger(recipient, name)),
  )
}

/** The answer for a recipient that a notifier does not know. */
export function stranger(recipient: string, name: string): Outcome {
  return refusedForGood(`${quote(recipient)} is not a recipient of ${name}`)
}
