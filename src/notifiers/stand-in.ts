import type { Notifier } from '../core/ports.ts'
import { deliveryTo, refusedForNow } from './outcome.ts'

/**
 * Replaces a notifier whose entry is wrong, or whose code cannot be loaded. It refuses for now, so that the others tell
 * and its notices stay owed.
 *
 * @param settings.to the addresses that can be read; without any it is one recipient, with its own name
 * @param settings.error why, in words for a person
 */
export function createStandIn(
  name: string,
  { to, error }: { readonly to: readonly string[]; readonly error: string },
): Notifier {
  return {
    name,
    recipients: to.length === 0 ? [name] : to.map((address) => `${name}/${address}`),
    send: async (_message, recipients) => recipients.map((recipient) => deliveryTo(recipient, refusedForNow(error))),
  }
}
