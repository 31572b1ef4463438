import type { Notifier } from '../core/ports.ts'

/**
 * In place of a notifier whose code cannot be loaded, say: it refuses for now, so that the others tell and this is owed.
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
