import { identitiesOf } from '../judge/mistakes.ts'
import { own } from '../own.ts'
import type { Incident, Told, Tried } from '../types.ts'
import type { Delivery, Notice } from './notice.ts'

const MINUTE_MS = 60_000
const LONGEST_WAIT_MS = 60 * MINUTE_MS

export interface Settlement {
  readonly notice: Notice
  readonly messageId: string
  readonly now: Date
  readonly fellows: readonly string[]
}

/**
 * Records the answer for one recipient: it was told if the message was accepted, otherwise it was tried.
 *
 * @param how.notice what the message told of this incident
 */
export function settle(incident: Incident, delivery: Delivery, how: Settlement): Incident {
  const { recipient } = delivery
  if (delivery.kind === 'accepted') {
    const { [recipient]: _, ...tried } = incident.tried
    return { ...incident, tried, told: { ...incident.told, [recipient]: toldBy(incident, recipient, how) } }
  }
  return {
    ...incident,
    tried: { ...incident.tried, [recipient]: triedBy(incident, delivery, how) },
  }
}

export function hasHeardEnd({ ended, kind }: Told): boolean {
  return ended === true || kind === 'closed' || kind === 'missed'
}

/**
 * When to try again; undefined means now. A refusal of the whole notifier is tried again by every run. An uncertain try
 * may have arrived, and a lasting refusal will hardly end. Both are tried once by the next run, then after 2, 4, 8 … 60
 * minutes.
 */
export function nextTryAfter(tried: Tried, now: Date): Date | undefined {
  if (isPassing(tried) || tried.count < 2) return undefined
  const waitMs = Math.min(LONGEST_WAIT_MS, 2 ** Math.min(tried.count - 1, 10) * MINUTE_MS)
  const next = new Date(tried.at.getTime() + waitMs)
  return tried.at <= now && now < next ? next : undefined
}

/** Whether a recipient is refused for good, or for now while its notifier tells others. */
export function isLasting({ kind, othersTold }: Pick<Tried, 'kind' | 'othersTold'>): boolean {
  return kind === 'permanent' || (kind === 'refused' && othersTold === true)
}

/** Whether the notifier as a whole may be refusing, for example because its server is down. */
function isPassing(tried: Pick<Tried, 'kind' | 'othersTold'>): boolean {
  return tried.kind === 'refused' && !isLasting(tried)
}

function toldBy(incident: Incident, recipient: string, { notice, messageId, now }: Settlement): Told {
  const before = own(incident.told, recipient)
  const { incident: said, kind } = notice
  const sameEpisode = before?.episode === said.episode
  const isEnd = said.closedAt !== undefined && said.flapping === undefined
  return {
    kind,
    severity: said.severity,
    cause: said.cause,
    episode: said.episode,
    at: now,
    count: notice.ordinal,
    openingId: sameEpisode && before !== undefined ? before.openingId : messageId,
    ...(isEnd ? { ended: true } : {}),
    ...(said.flapping === undefined ? {} : { flapping: true }),
    ...(said.mistakes === undefined ? {} : { mistakes: identitiesOf(said.mistakes) }),
  }
}

function triedBy(
  incident: Incident,
  delivery: Exclude<Delivery, { kind: 'accepted' }>,
  { now, fellows }: Settlement,
): Tried {
  const before = own(incident.tried, delivery.recipient)
  const kind = delivery.kind === 'uncertain' ? 'uncertain' : delivery.permanent ? 'permanent' : 'refused'
  const firstAt = before?.since ?? now
  const isTold = (other: string): boolean => {
    const at = other === delivery.recipient ? undefined : own(incident.told, other)?.at
    return at !== undefined && at >= firstAt
  }
  const othersTold = before?.othersTold === true || fellows.some(isTold)
  const grade = { kind, ...(othersTold ? { othersTold } : {}) } as const
  return {
    at: now,
    since: before !== undefined && isSameRow(before, grade) ? before.since : now,
    count: (before?.count ?? 0) + (isPassing(grade) ? 0 : 1),
    error: delivery.error,
    ...grade,
  }
}

/**
 * A refusal for good and a lasting one for now count as one row of refusals: mail programs use the same code for both.
 */
function isSameRow(before: Pick<Tried, 'kind' | 'othersTold'>, now: Pick<Tried, 'kind' | 'othersTold'>): boolean {
  return isLasting(before) === isLasting(now) && (before.kind === 'uncertain') === (now.kind === 'uncertain')
}
