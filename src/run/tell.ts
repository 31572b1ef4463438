import { errorMessage } from '../core/errors.ts'
import { present } from '../core/given.ts'
import { isInForce } from '../core/incident/muted.ts'
import type { Delivery, Notice, Sending } from '../core/incident/notice.ts'
import type { Report } from '../core/incident/report.ts'
import { idOf, titleOf } from '../core/names.ts'
import { own } from '../core/own.ts'
import type { Deadline } from '../core/plan.ts'
import type { Notifier, StateStore } from '../core/ports.ts'
import type { Incident, StateProblem } from '../core/types.ts'
import { compose, meaningOf } from '../core/words/message.ts'
import { acknowledgementOf, describeSilence } from '../core/words/words.ts'
import { createLedger } from './ledger.ts'
import { post } from './post.ts'
import { dueIn, dueOptionsOf, type Rules, ruleOf } from './rules.ts'

/** What there is to tell of, by identity. */
export interface Tellable {
  readonly incidents: ReadonlyMap<string, Incident>
  readonly revisions: ReadonlyMap<string, number>
  /** why an incident cannot be saved */
  readonly unsaved: ReadonlyMap<string, string>
}

/** What was told. */
export interface Telling extends Pick<Tellable, 'incidents' | 'revisions'> {
  /** identities of incidents that another writer is telling at the moment, by recipient */
  readonly elsewhere: ReadonlyMap<string, ReadonlySet<string>>
  readonly delivered: Report['delivered']
  readonly problems: readonly StateProblem[]
}

/**
 * Tells each recipient what it is due, the notifiers side by side. What a message told is saved before the same notifier
 * sends the next one: a kill at any moment repeats at most one message to each recipient.
 */
export async function tell(
  before: Tellable,
  { rules, store, deadline }: { readonly rules: Rules; readonly store: StateStore; readonly deadline: Deadline },
): Promise<Telling> {
  const delivered: Report['delivered'][number][] = []
  const elsewhere = new Map<string, Set<string>>()
  const ledger = createLedger(before, { store, now: rules.clock.now() })
  const tellBy = async (notifier: Notifier): Promise<void> => {
    const fellows = notifier.recipients
    const send = async (sending: Sending): Promise<void> => {
      const onDelivery = (delivery: Delivery): Promise<void> => {
        if (delivery.kind === 'accepted') {
          delivered.push({ recipient: delivery.recipient, subject: sending.message.subject, by: delivery.by })
        }
        return ledger.enter({ sending, delivery, fellows })
      }
      await post(notifier, sending, { deadline, onDelivery })
    }
    for (const sending of sendingsOf(notifier, before, rules)) {
      const claimed = await store.claim(sending, { until: deadline.at, revisions: ledger.revisions })
      const granted = claimed.flatMap(({ recipients }) => recipients)
      for (const recipient of sending.recipients.filter((one) => !granted.includes(one))) {
        const theirs = elsewhere.get(recipient) ?? new Set()
        for (const { incident } of sending.notices) theirs.add(idOf(incident))
        elsewhere.set(recipient, theirs)
      }
      for (const ours of claimed) await send(ours)
    }
  }
  const problems: StateProblem[] = []
  const tries = await Promise.allSettled(rules.plan.notifiers.map(tellBy))
  for (const tried of tries) {
    // A defect of ours in telling one must not silence the others, nor stay unsaid.
    if (tried.status === 'rejected') problems.push({ path: '', message: `unforeseen: ${errorMessage(tried.reason)}` })
  }
  const { incidents, revisions } = ledger
  return { incidents, revisions, elsewhere, delivered, problems: [...ledger.problems, ...problems] }
}

/** Those of one notifier that are due the same hear it in one message; whoever was tried least in vain comes first. */
function sendingsOf(notifier: Notifier, told: Tellable, rules: Rules): readonly Sending[] {
  const groups = new Map<string, { recipients: string[]; notices: readonly Notice[]; openingId?: string }>()
  for (const recipient of leastTriedFirst(notifier.recipients, told.incidents)) {
    for (const notices of bundlesFor(recipient, notifier.group, { told, rules })) {
      const openingId = commonOpening(notices, recipient)
      const key = JSON.stringify([meaningOf(notices), openingId ?? ''])
      const group = groups.get(key) ?? { recipients: [], notices, ...(openingId === undefined ? {} : { openingId }) }
      group.recipients.push(recipient)
      groups.set(key, group)
    }
  }
  const { instance, timezone, statusCommand } = rules.plan
  const { subject } = notifier
  const hushed = mutedLines(told.incidents, rules)
  return [...groups.values()].map(({ recipients, notices, openingId }) => ({
    recipients,
    notices,
    message: compose(notices, {
      notifier: notifier.name,
      instance,
      timezone,
      statusCommand,
      hushed,
      checkOf: (named) => ruleOf(rules, named).check,
      ...present({ subject, openingId }),
    }),
  }))
}

function leastTriedFirst(recipients: readonly string[], incidents: Tellable['incidents']): readonly string[] {
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
function bundlesFor(
  recipient: string,
  group: Notifier['group'],
  what: { readonly told: Tellable; readonly rules: Rules },
): readonly (readonly Notice[])[] {
  const notices = noticesFor(recipient, what.told, what.rules)
  if (group === 'check') return notices.map((notice) => [notice])
  return notices.length === 0 ? [] : [notices]
}

function noticesFor(recipient: string, { incidents, unsaved }: Tellable, rules: Rules): readonly Notice[] {
  return [...incidents.values()].flatMap((incident): Notice[] => {
    if (!ruleOf(rules, incident).recipients.includes(recipient)) return []
    const { kind, earlier } = dueIn(rules, incident, recipient)
    if (kind === 'none') return []
    const before = own(incident.told, recipient)
    const ordinal = (before?.episode === incident.episode ? before.count : 0) + 1
    const willRepeat = unsaved.get(idOf(incident))
    return [{ incident, kind, earlier, ordinal, ...(willRepeat === undefined ? {} : { willRepeat }) }]
  })
}

/** What is kept quiet at the moment, by whom and until when, a line each: so that nobody forgets it. */
export function mutedLines(incidents: ReadonlyMap<string, Incident>, rules: Rules): readonly string[] {
  const { timezone } = rules.plan
  const now = rules.clock.now()
  const silences = rules.silences
    .filter((silence) => isInForce(silence, now))
    .map((silence) => describeSilence(silence, timezone))
  const open = [...incidents.values()].filter(({ closedAt }) => closedAt === undefined)
  const seen = open.flatMap((incident) => {
    const { acknowledged } = incident
    if (acknowledged === undefined || !isInForce(acknowledged, now)) return []
    return [`${titleOf(incident)}, seen by ${acknowledgementOf(acknowledged, timezone)}`]
  })
  const planned = open
    .filter((incident) => dueOptionsOf(rules, incident).quiet?.reason === 'maintenance')
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
