import { errorMessage } from '../core/errors.ts'
import { isInForce } from '../core/incident/muted.ts'
import type { Delivery, Notice } from '../core/incident/notice.ts'
import type { Report } from '../core/incident/report.ts'
import { idOf, titleOf } from '../core/names.ts'
import { own } from '../core/own.ts'
import type { Deadline } from '../core/plan.ts'
import type { Notifier } from '../core/ports.ts'
import type { StateProblem } from '../core/types.ts'
import { compose, meaningOf } from '../core/words/message.ts'
import { acknowledgementOf, describeSilence } from '../core/words/words.ts'
import { createLedger } from './ledger.ts'
import { type Letter, post } from './post.ts'
import { type Course, dueIn, dueOptionsOf, rowOf } from './state.ts'

/** What was told. */
export interface Told {
  readonly delivered: Report['delivered']
  readonly problems: readonly StateProblem[]
}

/**
 * Tells each recipient what it is due, the notifiers side by side. What a message told is saved before the same notifier
 * sends the next one: a kill at any moment repeats at most one message to each recipient.
 */
export async function tell(course: Course, deadline: Deadline): Promise<Told> {
  const delivered: Report['delivered'][number][] = []
  const ledger = createLedger(course, course.ports.clock.now())
  const tellBy = async (notifier: Notifier): Promise<void> => {
    const fellows = notifier.recipients
    for (const letter of lettersOf(course, notifier)) {
      const onDelivery = (delivery: Delivery): Promise<void> => {
        if (delivery.kind === 'accepted') {
          delivered.push({ recipient: delivery.recipient, subject: letter.message.subject, by: delivery.by })
        }
        return ledger.enter({ letter, delivery, fellows })
      }
      await post(notifier, letter, { deadline, onDelivery })
    }
  }
  const problems: StateProblem[] = []
  const tries = await Promise.allSettled(course.plan.notifiers.map(tellBy))
  for (const tried of tries) {
    // A defect of ours in telling one must not silence the others, nor stay unsaid.
    if (tried.status === 'rejected') problems.push({ path: '', message: `unforeseen: ${errorMessage(tried.reason)}` })
  }
  return { delivered, problems: [...ledger.problems, ...problems] }
}

/** Those of one notifier that are due the same hear it in one message; whoever was tried least in vain comes first. */
function lettersOf(course: Course, notifier: Notifier): readonly Letter[] {
  const groups = new Map<string, { recipients: string[]; notices: readonly Notice[]; openingId?: string }>()
  for (const recipient of leastTriedFirst(notifier.recipients, course)) {
    for (const notices of bundlesFor(recipient, notifier, course)) {
      const openingId = commonOpening(notices, recipient)
      const key = JSON.stringify([meaningOf(notices), openingId ?? ''])
      const group = groups.get(key) ?? { recipients: [], notices, ...(openingId === undefined ? {} : { openingId }) }
      group.recipients.push(recipient)
      groups.set(key, group)
    }
  }
  const { instance, timezone, statusCommand } = course.plan
  const { subject } = notifier
  const hushed = hushedIn(course)
  return [...groups.values()].map(({ recipients, notices, openingId }) => ({
    recipients,
    notices,
    message: compose(notices, {
      notifier: notifier.name,
      instance,
      timezone,
      statusCommand,
      hushed,
      checkOf: (named) => rowOf(course, named).check,
      ...(subject === undefined ? {} : { subject }),
      ...(openingId === undefined ? {} : { openingId }),
    }),
  }))
}

function leastTriedFirst(recipients: readonly string[], { incidents }: Course): readonly string[] {
  const tries = new Map(recipients.map((recipient) => [recipient, 0]))
  for (const { tried } of incidents.values()) {
    for (const recipient of recipients) {
      const one = own(tried, recipient)
      if (one !== undefined) tries.set(recipient, Math.max(tries.get(recipient) ?? 0, 1 + one.count))
    }
  }
  return recipients.toSorted((one, other) => (tries.get(one) ?? 0) - (tries.get(other) ?? 0))
}

/** What is due to a recipient, by message. */
function bundlesFor(recipient: string, { group }: Notifier, course: Course): readonly (readonly Notice[])[] {
  const notices = noticesFor(recipient, course)
  if (group === 'check') return notices.map((notice) => [notice])
  return notices.length === 0 ? [] : [notices]
}

function noticesFor(recipient: string, course: Course): readonly Notice[] {
  return [...course.incidents.values()].flatMap((incident): Notice[] => {
    if (!rowOf(course, incident).recipients.includes(recipient)) return []
    const { kind, earlier } = dueIn(course, incident, recipient)
    if (kind === 'none') return []
    const before = own(incident.told, recipient)
    const ordinal = (before?.episode === incident.episode ? before.count : 0) + 1
    const willRepeat = course.unsaved.get(idOf(incident))
    return [{ incident, kind, earlier, ordinal, ...(willRepeat === undefined ? {} : { willRepeat }) }]
  })
}

/** What is kept quiet at the moment, by whom and until when, a line each: so that nobody forgets it. */
export function hushedIn(course: Course): readonly string[] {
  const { timezone } = course.plan
  const now = course.ports.clock.now()
  const silences = course.stored.silences
    .filter((silence) => isInForce(silence, now))
    .map((silence) => describeSilence(silence, timezone))
  const open = [...course.incidents.values()].filter(({ closedAt }) => closedAt === undefined)
  const seen = open.flatMap((incident) => {
    const { acknowledged } = incident
    if (acknowledged === undefined || !isInForce(acknowledged, now)) return []
    return [`${titleOf(incident)}, seen by ${acknowledgementOf(acknowledged, timezone)}`]
  })
  const planned = open
    .filter((incident) => dueOptionsOf(course, incident).quiet?.reason === 'maintenance')
    .map((incident) => `${titleOf(incident)}, in maintenance`)
  return [...silences, ...seen, ...planned]
}

/** The opening that all of a message refers to, where it is one and the same: mail programs make a thread of it. */
function commonOpening(notices: readonly Notice[], recipient: string): string | undefined {
  const openings = new Set(
    notices.map(({ incident }) => {
      const told = own(incident.told, recipient)
      return told?.episode === incident.episode ? told.openingId : ''
    }),
  )
  const [opening] = openings
  return openings.size === 1 && opening !== '' ? opening : undefined
}
