import type { Delivery } from '../core/incident/notice.ts'
import { quote } from '../core/words/text.ts'

/** What became of a message for one address: a delivery that does not name its recipient yet. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly by: string }
  | { readonly kind: 'refused'; readonly permanent: boolean; readonly error: string }
  | { readonly kind: 'uncertain'; readonly error: string }

/** What is sent, and what the transport is told of it. */
export interface Letter {
  /** envelope sender */
  readonly from: string
  /** envelope recipients, at least one */
  readonly to: readonly string[]
  /** the whole message, lines ended by LF */
  readonly mime: Buffer
}

/** A refusal that may be over at the next run. */
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

/** The outcome as the answer to one recipient. */
export function deliveryTo(recipient: string, outcome: Outcome): Delivery {
  return { recipient, ...outcome }
}

/**
 * The answers of a notifier that is one recipient itself, of its own name.
 *
 * @param tell called only where that recipient is asked for
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

/** The answer to somebody whom a notifier does not know. */
export function stranger(recipient: string, name: string): Outcome {
  return refusedForGood(`${quote(recipient)} is not a recipient of ${name}`)
}
