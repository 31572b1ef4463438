import { isWorse } from './severity.ts'
import type { Due, Episode, Incident, NoticeKind, Policy, Told, Tried } from './types.ts'

const MINUTE_MS = 60_000
const LONGEST_WAIT_MS = 60 * MINUTE_MS
const GIVEN_UP_AFTER_MS = 7 * 24 * 60 * MINUTE_MS

/**
 * What one recipient should hear of one incident, and the reason why, or why not.
 *
 * It follows from what the recipient was last told, never from what was meant to be told: a run that failed to send
 * has nothing to undo, the next one comes to the same answer.
 */
export function due(
  incident: Incident,
  recipient: string,
  { policy, now }: { readonly policy: Pick<Policy, 'remind'>; readonly now: Date },
): Due {
  const wanted = wantedBy(incident, recipient, { remind: policy.remind, now })
  const tried = incident.tried[recipient]
  if (wanted.kind === 'none' || tried === undefined) return wanted
  if (isGivenUp(incident, tried, now)) return { ...wanted, kind: 'none', reason: 'given up', owed: wanted.kind }
  const nextTry = nextTryAfter(tried, now)
  if (nextTry === undefined) return wanted
  return { ...wanted, kind: 'none', reason: 'waiting', owed: wanted.kind, nextTry }
}

function wantedBy(
  incident: Incident,
  recipient: string,
  options: { readonly remind: Policy['remind']; readonly now: Date },
): Due {
  const told = incident.told[recipient]
  const current = told?.episode === incident.episode ? told : undefined
  const earlier = unheardEnds(incident, told)
  if (incident.closedAt === undefined) return { ...wantedWhileOpen(incident, current, options), earlier }
  if (current !== undefined) {
    const hasHeard = current.kind === 'closed' || current.kind === 'missed'
    return hasHeard ? none('told', earlier) : { kind: 'closed', reason: 'over', earlier }
  }
  // Who was added to the configuration after it was over has missed nothing.
  const hasBeenTried = incident.tried[recipient] !== undefined
  const isConcerned = incident.audience.includes(recipient) || told !== undefined || hasBeenTried
  return isConcerned ? { kind: 'missed', reason: 'too late', earlier } : none('not concerned', earlier)
}

function wantedWhileOpen(
  incident: Incident,
  told: Told | undefined,
  { remind, now }: { readonly remind: Policy['remind']; readonly now: Date },
): { readonly kind: NoticeKind | 'none'; readonly reason: Due['reason'] } {
  if (told === undefined) return { kind: 'opened', reason: 'first' }
  if (isWorse(incident, told)) return { kind: 'worsened', reason: 'worse' }
  return isReminderDue(told, remind, now) ? { kind: 'reminder', reason: 'interval' } : { kind: 'none', reason: 'told' }
}

function isReminderDue(told: Told, remind: Policy['remind'], now: Date): boolean {
  if (remind === 'never') return false
  const elapsedMs = now.getTime() - told.at.getTime()
  // Told in the future: the clock was put back since, and nobody knows how long ago it was.
  return remind === 'always' || elapsedMs < 0 || elapsedMs >= remind * 1_000
}

function unheardEnds(incident: Incident, told: Told | undefined): readonly Episode[] {
  if (told === undefined) return incident.earlier
  const hasHeardItsEnd = told.kind === 'closed' || told.kind === 'missed'
  const first = hasHeardItsEnd ? told.episode + 1 : told.episode
  return incident.earlier.filter(({ episode }) => episode >= first)
}

/**
 * When to try again, where that is not now. A passing refusal is tried again by every run. An uncertain try may have
 * arrived, and one refused for good will hardly go through: both are repeated once at the next run, then after 2, 4,
 * 8 … 60 minutes.
 */
function nextTryAfter(tried: Tried, now: Date): Date | undefined {
  if (tried.kind === 'refused' || tried.count < 2) return undefined
  const waitMs = Math.min(LONGEST_WAIT_MS, 2 ** Math.min(tried.count - 1, 10) * MINUTE_MS)
  const next = new Date(tried.at.getTime() + waitMs)
  return tried.at <= now && now < next ? next : undefined
}

function isGivenUp(incident: Incident, tried: Tried, now: Date): boolean {
  if (incident.closedAt === undefined || tried.kind !== 'permanent') return false
  const since = Math.max(incident.closedAt.getTime(), tried.since.getTime())
  return now.getTime() - since >= GIVEN_UP_AFTER_MS
}

function none(reason: Due['reason'], earlier: readonly Episode[]): Due {
  return { kind: 'none', reason, earlier }
}
