import type { Check } from './core/check.ts'
import { due } from './core/due.ts'
import { errorMessage } from './core/errors.ts'
import { settle } from './core/incident.ts'
import { compose, meaningOf } from './core/message.ts'
import { idOf, type Named } from './core/names.ts'
import type { Deadline, Plan } from './core/plan.ts'
import type { Clock, Notifier, StateStore } from './core/ports.ts'
import type { Report } from './core/report.ts'
import type { Delivery, Incident, Message, Notice, Policy, StateProblem } from './core/types.ts'
import { within } from './deadline.ts'

/** What telling works on: the incidents as they are known at each moment, by identity. */
export interface Telling {
  readonly plan: Plan
  readonly incidents: Map<string, Incident>
  /** who hears of a check's incidents, and when again */
  rowOf(named: Named): {
    readonly policy: Pick<Policy, 'remind'>
    readonly recipients: readonly string[]
    readonly check?: Check
  }
  /** why an incident cannot be saved, by identity, where it cannot: it will be told again by every run */
  readonly unsaved: ReadonlyMap<string, string>
  readonly now: Date
}

/** One message, for whom, and what it says. */
interface Letter {
  readonly message: Message
  readonly recipients: readonly string[]
  readonly notices: readonly Notice[]
}

/** What was told. */
export interface Told {
  readonly delivered: Report['delivered']
  readonly problems: readonly StateProblem[]
}

/**
 * Tells each recipient what it is due, the notifiers side by side. What a message told is saved before the next one is
 * sent: a kill at any moment repeats at most that one.
 */
export async function tell(
  telling: Telling,
  { clock, store }: { readonly clock: Clock; readonly store: Pick<StateStore, 'save'> },
  deadline: Deadline,
): Promise<Told> {
  const delivered: Report['delivered'][number][] = []
  const problems: StateProblem[] = []
  const saveInTurn = oneAtATime()
  const tellBy = async (notifier: Notifier): Promise<void> => {
    for (const letter of lettersOf(telling, notifier)) {
      const deliveries = await post(notifier, letter, deadline)
      const told = { letter, deliveries, now: clock.now() }
      await saveInTurn(async () => {
        const settled = settleLetter(telling.incidents, told)
        // Saved only after the message left: a crash here repeats it, the other order would lose it.
        const failed = await store.save(settled, { create: false })
        problems.push(...failed.values())
      })
      for (const delivery of deliveries) {
        if (delivery.kind !== 'accepted') continue
        delivered.push({ recipient: delivery.recipient, subject: letter.message.subject, by: delivery.by })
      }
    }
  }
  const tries = await Promise.allSettled(telling.plan.notifiers.map(tellBy))
  for (const tried of tries) {
    // A defect of ours in telling one must not silence the others, nor stay unsaid.
    if (tried.status === 'rejected') problems.push({ path: '', message: `unforeseen: ${errorMessage(tried.reason)}` })
  }
  return { delivered, problems }
}

/** Those of one notifier that are due the same hear it in one message. */
function lettersOf(telling: Telling, notifier: Notifier): readonly Letter[] {
  const groups = new Map<string, { recipients: string[]; notices: readonly Notice[]; openingId?: string }>()
  for (const recipient of notifier.recipients) {
    const notices = noticesFor(recipient, telling)
    if (notices.length === 0) continue
    const openingId = commonOpening(notices, recipient)
    const key = JSON.stringify([meaningOf(notices), openingId ?? ''])
    const group = groups.get(key) ?? { recipients: [], notices, ...(openingId === undefined ? {} : { openingId }) }
    group.recipients.push(recipient)
    groups.set(key, group)
  }
  const { instance, timezone, statusCommand } = telling.plan
  return [...groups.values()].map(({ recipients, notices, openingId }) => ({
    recipients,
    notices,
    message: compose(notices, {
      notifier: notifier.name,
      instance,
      timezone,
      statusCommand,
      checkOf: (named) => telling.rowOf(named).check,
      ...(openingId === undefined ? {} : { openingId }),
    }),
  }))
}

function noticesFor(recipient: string, { incidents, rowOf, unsaved, now }: Telling): readonly Notice[] {
  return [...incidents.values()].flatMap((incident): Notice[] => {
    const { policy, recipients } = rowOf(incident)
    if (!recipients.includes(recipient)) return []
    const { kind, earlier } = due(incident, recipient, { policy, now })
    if (kind === 'none') return []
    const before = incident.told[recipient]
    const ordinal = (before?.episode === incident.episode ? before.count : 0) + 1
    const willRepeat = unsaved.get(idOf(incident))
    return [{ incident, kind, earlier, ordinal, ...(willRepeat === undefined ? {} : { willRepeat }) }]
  })
}

/** The opening that all of a message refers to, where it is one and the same: mail programs make a thread of it. */
function commonOpening(notices: readonly Notice[], recipient: string): string | undefined {
  const openings = new Set(
    notices.map(({ incident }) => {
      const told = incident.told[recipient]
      return told?.episode === incident.episode ? told.openingId : ''
    }),
  )
  const [opening] = openings
  return openings.size === 1 && opening !== '' ? opening : undefined
}

async function post(notifier: Notifier, letter: Letter, deadline: Deadline): Promise<readonly Delivery[]> {
  const all = (error: string): readonly Delivery[] =>
    letter.recipients.map((recipient) => ({ recipient, kind: 'refused', permanent: false, error }))
  if (deadline.telling.aborted) return all(`not tried: the run's ${deadline.timeout} s were over`)
  try {
    const options = { signal: deadline.telling, deadline: deadline.at }
    const late = (): readonly Delivery[] =>
      letter.recipients.map((recipient) => ({ recipient, kind: 'uncertain', error: 'no answer in time' }))
    const sending = notifier.send(letter.message, letter.recipients, options)
    return await within(sending, { signal: deadline.telling, late })
  } catch (error) {
    // A defect of ours in one notifier must not silence the others.
    return all(`unforeseen: ${errorMessage(error)}`)
  }
}

function settleLetter(
  incidents: Map<string, Incident>,
  {
    letter,
    deliveries,
    now,
  }: { readonly letter: Letter; readonly deliveries: readonly Delivery[]; readonly now: Date },
): readonly Incident[] {
  return letter.notices.map((notice) => {
    const id = idOf(notice.incident)
    const settled = deliveries.reduce(
      (incident, delivery) => settle(incident, delivery, { notice, messageId: letter.message.id, now }),
      incidents.get(id) ?? notice.incident,
    )
    incidents.set(id, settled)
    return settled
  })
}

/** Makes asynchronous steps wait for each other, in the order in which they were asked for. */
function oneAtATime(): (step: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (step) => {
    const next = last.then(step)
    last = next.catch(() => undefined)
    return next
  }
}
