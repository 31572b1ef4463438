import { millisecondsInWeek } from 'date-fns/constants'
import { addsMistakes } from '../judge/mistakes.ts'
import { isWorse } from '../judge/severity.ts'
import { own } from '../own.ts'
import type { Acknowledgement, Episode, Incident, Muted, NoticeKind, Policy, Routes, Told, Tried } from '../types.ts'
import { isInForce } from './muted.ts'
import type { Due } from './notice.ts'
import { hasHeardEnd, isLasting, nextTryAfter } from './told.ts'

const GIVEN_UP_AFTER_MS = millisecondsInWeek

/** How much too early a reminder may come, but no more than a tenth of its interval. */
const LARGEST_SLACK_MS = 30_000

export interface DueOptions {
  readonly policy: Pick<Policy, 'remind' | 'recovered'>
  readonly routes: Routes
  readonly now: Date
  /** why an open incident is muted, if it is; an acknowledgement stands in the incident itself */
  readonly quiet?: Muted
  /** its entry in the configuration is wrong: what is owed is told, and nothing is repeated */
  readonly isBlocked?: boolean
}

/**
 * What one recipient should be told of one incident, and why or why not.
 *
 * This follows from what the recipient was told, never from what was meant to be told. A run that failed to send has
 * nothing to undo: the next one comes to the same answer.
 */
export function due(incident: Incident, recipient: string, options: DueOptions): Due {
  const { now } = options
  const told = own(incident.told, recipient)
  const { kind, reason } = wantedBy(incident, recipient, options)
  const wanted = { kind, reason, earlier: unheardEnds(incident, told) }
  const tried = own(incident.tried, recipient)
  if (wanted.kind === 'none' || tried === undefined) return wanted
  if (isGivenUp(incident, tried, now)) return { ...wanted, kind: 'none', reason: 'given up', owed: wanted.kind }
  const nextTry = nextTryAfter(tried, now)
  if (nextTry === undefined) return wanted
  return { ...wanted, kind: 'none', reason: 'waiting', owed: wanted.kind, nextTry }
}

interface Wanted {
  readonly kind: NoticeKind | 'none'
  readonly reason: Due['reason']
}

function wantedBy(incident: Incident, recipient: string, options: DueOptions): Wanted {
  const told = own(incident.told, recipient)
  if (incident.closedAt !== undefined && incident.flapping === undefined) {
    return wantedWhenOver(incident, recipient, options)
  }
  const isHearing = options.routes[incident.severity].includes(recipient)
  const wanted =
    incident.flapping === undefined
      ? wantedWhileOpen(incident, told, options)
      : wantedWhileFlapping(incident, told, options)
  // Whoever was told that it flaps is told that it has settled, even without a route for its present state.
  if (!isHearing && wanted.kind !== 'none' && wanted.kind !== 'settled') return none('not concerned')
  const quiet = mutingReason(incident, options)
  return wanted.kind === 'none' || quiet === undefined ? wanted : none(quiet)
}

function wantedWhileOpen(incident: Incident, told: Told | undefined, options: DueOptions): Wanted {
  if (told?.flapping) return { kind: 'settled', reason: 'settled' }
  if (told === undefined || told.episode !== incident.episode) return { kind: 'opened', reason: 'first' }
  if (isWorse(incident, told) || addsMistakes(incident.mistakes, told.mistakes))
    return { kind: 'worsened', reason: 'worse' }
  return againOf(incident, told, options) ?? none('told')
}

/** Flapping is told once. After that only a worse severity is. */
function wantedWhileFlapping(incident: Incident, told: Told | undefined, options: DueOptions): Wanted {
  if (!told?.flapping) return { kind: 'flapping', reason: 'flapping' }
  if (incident.closedAt !== undefined) return none('told')
  if (isWorse(incident, told)) return { kind: 'worsened', reason: 'worse' }
  return againOf(incident, told, options) ?? none('told')
}

function wantedWhenOver(incident: Incident, recipient: string, { policy, routes }: DueOptions): Wanted {
  const told = own(incident.told, recipient)
  const isWanted = policy.recovered && (routes.closed === undefined || routes.closed.includes(recipient))
  if (told?.flapping) return isWanted ? { kind: 'settled', reason: 'settled' } : none('not wanted')
  if (told?.episode === incident.episode) {
    if (hasHeardEnd(told)) return none('told')
    return isWanted ? { kind: 'closed', reason: 'over' } : none('not wanted')
  }
  // A recipient that was added after the end has missed nothing. One that was tried has.
  const isOwed = told !== undefined && !hasHeardEnd(told) && isWanted
  const isConcerned = incident.audience.includes(recipient) || own(incident.tried, recipient) !== undefined || isOwed
  return isConcerned ? { kind: 'missed', reason: 'too late' } : none('not concerned')
}

function againOf(
  { openedAt, acknowledged }: Incident,
  told: Told,
  { policy, now, isBlocked }: DueOptions,
): Wanted | undefined {
  if (isBlocked === true) return undefined
  if (isReminderDue(openedAt, told, { remind: policy.remind, now })) return { kind: 'reminder', reason: 'interval' }
  return hasRunOut(acknowledged, told, now) ? { kind: 'reminder', reason: 'acknowledgement over' } : undefined
}

/**
 * Whether another whole interval has passed since the opening. Counted from there, and with some slack, neither the
 * length of an hourly run nor the moment at which cron starts it moves a reminder to the next hour. A notice in the
 * last quarter of an interval replaces the reminder at its end.
 */
function isReminderDue(
  openedAt: Date,
  told: Told,
  { remind, now }: { readonly remind: Policy['remind']; readonly now: Date },
): boolean {
  if (remind === 'never') return false
  // The clock was put back since, and nobody knows how long ago it was.
  if (remind === 'always' || now < told.at) return true
  const intervalMs = remind * 1_000
  const slackMs = Math.min(LARGEST_SLACK_MS, intervalMs / 10)
  const passedBy = (at: Date, earlyMs: number): number =>
    Math.floor((at.getTime() - openedAt.getTime() + earlyMs) / intervalMs)
  return passedBy(now, slackMs) > passedBy(told.at, intervalMs / 4)
}

function hasRunOut(acknowledged: Acknowledgement | undefined, { at }: Told, now: Date): boolean {
  if (acknowledged?.until === undefined || now < acknowledged.until) return false
  // If told in the future, that was before the clock was put back, and so before it ran out.
  return at < acknowledged.until || now < at
}

function mutingReason({ acknowledged }: Incident, { quiet, now }: DueOptions): Muted['reason'] | undefined {
  return acknowledged !== undefined && isInForce(acknowledged, now) ? 'acknowledged' : quiet?.reason
}

function unheardEnds(incident: Incident, told: Told | undefined): readonly Episode[] {
  if (told === undefined) return incident.earlier
  const first = hasHeardEnd(told) ? told.episode + 1 : told.episode
  return incident.earlier.filter(({ episode }) => episode >= first)
}

function isGivenUp(incident: Incident, tried: Tried, now: Date): boolean {
  if (incident.closedAt === undefined || !isLasting(tried)) return false
  const since = Math.max(incident.closedAt.getTime(), tried.since.getTime())
  return now.getTime() - since >= GIVEN_UP_AFTER_MS
}

function none(reason: Due['reason']): Wanted {
  return { kind: 'none', reason }
}
