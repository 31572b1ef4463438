import type { Delivery } from '../../src/core/incident/notice.ts'

/**
 * How a notifier fares: `lost` and `doubtful` are both uncertain, but the second message has arrived. Of several
 * recipients the last may have been taken, and not remembered, when a kill comes between two.
 */
export type Fate =
  | 'up'
  | 'down'
  | 'lost'
  | 'doubtful'
  | 'refuses one'
  | 'defers one'
  | 'killed after it took one'
  | 'killed between two'

/** Whose answers are lost by a kill: each was told, and that is not remembered. */
export function forgottenBy(fate: Fate, recipients: readonly string[]): readonly string[] {
  if (fate === 'killed after it took one') return recipients
  return fate === 'killed between two' ? recipients.slice(-1) : []
}

/** What the notifier answers for one of its recipients. */
export function deliveryOf(recipient: string, fate: Fate): Delivery {
  switch (fate) {
    case 'up':
    case 'killed after it took one':
    case 'killed between two':
      return { recipient, kind: 'accepted', by: 'a server' }
    case 'down':
      return { recipient, kind: 'refused', permanent: false, error: 'refused the connection' }
    case 'lost':
    case 'doubtful':
      return { recipient, kind: 'uncertain', error: 'no answer' }
    case 'refuses one':
      return recipient === 'mail/a'
        ? { recipient, kind: 'refused', permanent: true, error: 'no such user' }
        : { recipient, kind: 'accepted', by: 'a server' }
    case 'defers one':
      return recipient === 'mail/a'
        ? { recipient, kind: 'refused', permanent: false, error: 'exit 69' }
        : { recipient, kind: 'accepted', by: 'a server' }
  }
}
