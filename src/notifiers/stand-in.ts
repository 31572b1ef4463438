import type { Notifier } from '../core/ports.ts'

/**
 * Replaces a notifier whose code cannot be loaded. It refuses for now, so that the others tell and its notices stay
 * owed.
 *
 * @param error why, in words for a person
 */
export function createStandIn(
  name: string,
  { recipients, error }: { readonly recipients: readonly string[]; readonly error: string },
): Notifier {
  const refused = { kind: 'refused', permanent: false, error } as const
  return { name, recipients, send: async (_, asked) => asked.map((recipient) => ({ recipient, ...refused })) }
}
