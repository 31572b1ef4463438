import type { Delivery, Notice } from './notice.ts'
import type { Incident, Told, Tried } from './types.ts'

const MINUTE_MS = 60_000
const LONGEST_WAIT_MS = 60 * MINUTE_MS

/** What became of a message, and what it said of an incident. */
export interface Settlement {
  readonly notice: Notice
  readonly messageId: string
  readonly now: Date
}

/**
 * Records what became of a message: what a recipient was told only once it was accepted, otherwise that it was tried.
 *
 * @param how.notice what the message said of this incident
 * @param how.messageId of the message
 */
export function settle(incident: Incident, delivery: Delivery, how: Settlement): Incident {
  const { recipient } = delivery
  if (delivery.kind === 'accepted') {
    const { [recipient]: _, ...tried } = incident.tried
    return { ...incident, tried, told: { ...incident.told, [recipient]: toldBy(incident, recipient, how) } }
  }
  return {
    ...incident,
    tried: { ...incident.tried, [recipient]: triedBy(incident.tried[recipient], delivery, how.now) },
  }
}

/** Whether a recipient knows that what it was told of is over. */
export function hasHeardEnd({ ended, kind }: Told): boolean {
  return ended === true || kind === 'closed' || kind === 'missed'
}

/**
 * When to try again, where that is not now. A passing refusal is tried again by every run. An uncertain try may have
 * arrived, and one refused for good will hardly go through: both are repeated once at the next run, then after 2, 4,
 * 8 … 60 minutes.
 */
export function nextTryAfter(tried: Tried, now: Date): Date | undefined {
  if (tried.kind === 'refused' || tried.count < 2) return undefined
  const waitMs = Math.min(LONGEST_WAIT_MS, 2 ** Math.min(tried.count - 1, 10) * MINUTE_MS)
  const next = new Date(tried.at.getTime() + waitMs)
  return tried.at <= now && now < next ? next : undefined
}

function toldBy(incident: Incident, recipient: string, { notice, messageId, now }: Settlement): Told {
  const before = incident.told[recipient]
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
  }
}

function triedBy(before: Tried | undefined, delivery: Exclude<Delivery, { kind: 'accepted' }>, now: Date): Tried {
  const kind = delivery.kind === 'uncertain' ? 'uncertain' : delivery.permanent ? 'permanent' : 'refused'
  const count = (before?.count ?? 0) + (kind === 'refused' ? 0 : 1)
  const since = before?.kind === kind ? before.since : now
  return { at: now, since, count, kind, error: delivery.error }
}
