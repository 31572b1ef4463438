import type { Delivery, Sending } from '../core/incident/notice.ts'
import { settle } from '../core/incident/told.ts'
import { append } from '../core/lists.ts'
import { idOf } from '../core/names.ts'
import type { Settled, StateStore } from '../core/ports.ts'
import type { Incident, StateProblem } from '../core/types.ts'

/** Whose answer it is, and to what. */
export interface Answered {
  readonly sending: Sending
  readonly delivery: Delivery
  /** all whom the same notifier tells */
  readonly fellows: readonly string[]
}

/** Where it is written down what became of each message. */
export interface Ledger {
  /** settles it in the incidents; resolves when they are saved */
  enter(answered: Answered): Promise<void>
  /** as they are now, by identity */
  readonly incidents: ReadonlyMap<string, Incident>
  /** how often each was written, by its `id` */
  readonly revisions: ReadonlyMap<string, number>
  /** what could not be saved */
  readonly problems: readonly StateProblem[]
}

/**
 * Keeps the incidents of a run as they are told. What comes while a save is under way is saved together after it.
 *
 * @param now when telling began, the same for all that it tells
 */
export function createLedger(
  before: Pick<Ledger, 'incidents' | 'revisions'>,
  { store, now }: { readonly store: StateStore; readonly now: Date },
): Ledger {
  const [incidents, revisions] = [new Map(before.incidents), new Map(before.revisions)]
  const problems: StateProblem[] = []
  const unsaved: Settled[] = []
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  const save = async (): Promise<void> => {
    next = undefined
    const settled = unsaved.splice(0)
    // Saved only after the message left: a crash here repeats it, the other order would lose it.
    const failed = await store.told(settled)
    for (const { incident } of settled) {
      if (!failed.has(idOf(incident))) revisions.set(incident.id, (revisions.get(incident.id) ?? 0) + 1)
    }
    append(problems, failed.values())
  }
  return {
    incidents,
    revisions,
    problems,
    enter: ({ sending, delivery, fellows }) => {
      for (const notice of sending.notices) {
        const id = idOf(notice.incident)
        const how = { notice, messageId: sending.message.id, now, fellows }
        const incident = settle(incidents.get(id) ?? notice.incident, delivery, how)
        incidents.set(id, incident)
        unsaved.push({ incident, recipient: delivery.recipient })
      }
      if (next === undefined) {
        next = last.then(save)
        last = next.catch(() => undefined)
      }
      return next
    },
  }
}
