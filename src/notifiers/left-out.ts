import type { Notifier } from '../core/ports.ts'
import { deliveryTo, refusedForNow } from './outcome.ts'

/**
 * Replaces a notifier whose entry is wrong. It refuses for now, in the words of the mistake, so that its notices stay
 * owed.
 *
 * @param settings.to the addresses that can be read; without any it is one recipient, with its own name
 */
export function createLeftOutNotifier(
  name: string,
  { to, why }: { readonly to: readonly string[]; readonly why: string },
): Notifier {
  return {
    name,
    recipients: to.length === 0 ? [name] : to.map((address) => `${name}/${address}`),
    send: async (_message, recipients) => recipients.map((recipient) => deliveryTo(recipient, refusedForNow(why))),
  }
}
