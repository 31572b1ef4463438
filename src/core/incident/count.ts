import { onPresentClock } from '../time/present-clock.ts'
import type { Incident, Pending, Policy, Seconds } from '../types.ts'
import { badIn, type Recent, recentAfter } from './recent.ts'
import type { Standing } from './standing.ts'

interface CountOptions {
  readonly policy: Pick<Policy, 'failures' | 'recoveries'>
  readonly now: Date
  readonly ahead?: Seconds | undefined
}

/**
 * Counts one more run, before anything opens or closes.
 *
 * An incident has a copy of how the last runs were. It is saved with the incident, so that a kill before the counts are
 * saved loses no run. A count beside an open incident was left by such a kill: it would open the next one too early.
 *
 * @returns the same object if nothing changed
 */
export function countRun(before: Standing, isBad: boolean, options: CountOptions): Standing {
  const recent = recentWith(before, isBad, options.policy)
  const incident = before.incident && withRecent(before.incident, recent)
  const standing = incident === undefined || incident === before.incident ? before : { ...before, incident }
  if (isOpen(standing)) return withPending(standing, undefined)
  return withPending(
    standing,
    isBad ? anotherBad(before.pending, recent, options) : good(before.pending, recent, options),
  )
}

/** Whether so many bad runs open an incident. */
export function isEnough({ count, recent = '' }: Pending, { failures }: CountOptions['policy']): boolean {
  return typeof failures === 'number' ? count >= failures : badIn(recent) >= failures.count
}

/** An open incident after a good run: it closes, or needs more of them. */
export function isBackToGood(
  { recoveries, recent = '' }: Incident,
  { failures, recoveries: needed }: CountOptions['policy'],
): boolean {
  return typeof failures === 'number' ? recoveries >= needed : badIn(recent) < failures.count
}

/** What is counted on from when an incident has closed. */
export function countAfter(closed: Incident, options: CountOptions): Pending | undefined {
  return good(undefined, closed.recent ?? '', options)
}

export function withRecent(incident: Incident, recent: Recent): Incident {
  const { recent: before = '', ...rest } = incident
  if (recent === before) return incident
  return recent === '' ? rest : { ...rest, recent }
}

/** @returns the same object if nothing changed */
export function withPending(standing: Standing, pending: Pending | undefined): Standing {
  if (pending === standing.pending) return standing
  const { pending: _, ...rest } = standing
  return pending === undefined ? rest : { ...rest, pending }
}

export function isOpen({ incident }: Standing): boolean {
  return incident !== undefined && incident.closedAt === undefined
}

/** Nothing where a row of bad runs is all that counts. */
function recentWith({ incident, pending }: Standing, isBad: boolean, { failures }: CountOptions['policy']): Recent {
  if (typeof failures === 'number') return ''
  // A row that was counted before `failures` became so many of the last.
  const row = 'x'.repeat(Math.min(pending?.count ?? 0, failures.of))
  return recentAfter(incident?.recent ?? pending?.recent ?? row, isBad, failures.of)
}

function anotherBad(before: Pending | undefined, recent: Recent, { policy, now, ahead }: CountOptions): Pending {
  const isFirst = before === undefined || before.count === 0
  const known = ahead ?? before?.ahead
  return {
    count: (before?.count ?? 0) + 1,
    firstBad: isFirst ? now : onPresentClock(before.firstBad, before.ahead, ahead),
    ...(known === undefined ? {} : { ahead: known }),
    failures: policy.failures,
    ...(recent === '' ? {} : { recent }),
  }
}

function good(before: Pending | undefined, recent: Recent, { policy, now }: CountOptions): Pending | undefined {
  if (recent === '') return undefined
  return { count: 0, firstBad: before?.firstBad ?? now, failures: policy.failures, recent }
}
