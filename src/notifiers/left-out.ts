import type { Notifier } from '../core/ports.ts'
import { deliveryTo, refusedForNow } from './outcome.ts'

/**
 * A notifier whose entry in the configuration is wrong: it refuses for now, in the mistake's words, so that what there
 * is to say stays owed.
 *
 * @param settings.to the addresses that can be read of it; without any it is one recipient, of its own name
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
