import type { Delivery } from '../core/incident/notice.ts'
import { settle } from '../core/incident/told.ts'
import { append } from '../core/lists.ts'
import { idOf } from '../core/names.ts'
import type { Incident, StateProblem } from '../core/types.ts'
import type { Letter } from './post.ts'
import type { Course } from './state.ts'

/** Whose answer it is, and to what. */
export interface Answered {
  readonly letter: Letter
  readonly delivery: Delivery
  /** all whom the same notifier tells */
  readonly fellows: readonly string[]
}

/** Where it is written down what became of each message. */
export interface Ledger {
  /** settles it in the incidents; resolves when they are saved */
  enter(answered: Answered): Promise<void>
  /** what could not be saved */
  readonly problems: readonly StateProblem[]
}

/**
 * Keeps the incidents of a run as they are told. What comes while a save is under way is saved together after it.
 *
 * @param now when telling began, the same for all that it tells
 */
export function createLedger({ incidents, ports: { store } }: Course, now: Date): Ledger {
  const problems: StateProblem[] = []
  const unsaved = new Map<string, Incident>()
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  const save = async (): Promise<void> => {
    next = undefined
    const settled = [...unsaved.values()]
    unsaved.clear()
    // Saved only after the message left: a crash here repeats it, the other order would lose it.
    const failed = await store.save(settled, { create: false })
    append(problems, failed.values())
  }
  return {
    problems,
    enter: ({ letter, delivery, fellows }) => {
      for (const notice of letter.notices) {
        const id = idOf(notice.incident)
        const how = { notice, messageId: letter.message.id, now, fellows }
        const settled = settle(incidents.get(id) ?? notice.incident, delivery, how)
        incidents.set(id, settled)
        unsaved.set(id, settled)
      }
      if (next === undefined) {
        next = last.then(save)
        last = next.catch(() => undefined)
      }
      return next
    },
  }
}
