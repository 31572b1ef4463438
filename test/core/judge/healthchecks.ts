import { ANONYMOUS, type JobRun } from '../../../src/core/job.ts'
import type { Scheduled } from '../../../src/core/time/scheduled.ts'
import type { HealthchecksState, JobCase } from './job-cases/case.ts'

/** A ping, with the id of its run. */
interface Ping {
  readonly at: number
  readonly kind: 'start' | 'success' | 'fail' | 'pause'
  readonly id?: string | undefined
}

/** A period in seconds or a schedule, and a grace. */
export interface HealthchecksCheck {
  readonly every: number
  readonly scheduled?: Pick<Scheduled, 'schedule' | 'timezone'> | undefined
  readonly grace: number
}

interface Status {
  readonly status: 'new' | 'up' | 'down' | 'paused'
  readonly lastPing: number
  readonly start?: { readonly at: number; readonly id?: string | undefined } | undefined
}

/**
 * What the API of Healthchecks would say of a job, by its own rules.
 *
 * @see https://github.com/healthchecks/healthchecks/blob/master/hc/api/models.py `Check.ping`, `get_status`
 */
export function healthchecksSays(check: HealthchecksCheck, { runs, pausedAt, now }: JobCase): HealthchecksState {
  const pings = [...runs.flatMap(pingsOf), ...(pausedAt ? [{ at: pausedAt.getTime(), kind: 'pause' } as const] : [])]
    .filter(({ at }) => at <= now.getTime())
    .toSorted((a, b) => a.at - b.at)
  const end = pings.reduce((status: Status, ping) => after(expired(status, check, ping.at), ping), {
    status: 'new',
    lastPing: Number.NaN,
  })
  return statusAt(end, check, now.getTime())
}

/** A client that skips a run has pinged its start, and then no more than a line of the log. */
function pingsOf({ id, startedAt, endedAt, exitCode = 0, outcome }: JobRun): readonly Ping[] {
  const run = id.startsWith(ANONYMOUS) ? undefined : id
  const kind = exitCode !== 0 || outcome === 'fail' ? 'fail' : 'success'
  return [
    ...(startedAt ? [{ at: startedAt.getTime(), kind: 'start', id: run } as const] : []),
    ...(endedAt && outcome !== 'skip' ? [{ at: endedAt.getTime(), kind, id: run } as const] : []),
  ]
}

function after({ start, ...before }: Status, { at, kind, id }: Ping): Status {
  switch (kind) {
    case 'start':
      return { ...before, start: { at, id } }
    case 'pause':
      return { ...before, status: 'paused' }
    case 'success':
    case 'fail': {
      const endsIt = start?.id === id || kind === 'fail' || id === undefined
      return { status: kind === 'fail' ? 'down' : 'up', lastPing: at, ...(endsIt ? {} : { start }) }
    }
  }
}

/** Its sender of alerts goes round all the time, and notes what has gone down. */
function expired(status: Status, check: HealthchecksCheck, at: number): Status {
  const begin = graceStart(status, check)
  return begin !== undefined && at >= begin + check.grace * 1_000 ? { ...status, status: 'down' } : status
}

function graceStart({ status, lastPing, start }: Status, check: HealthchecksCheck): number | undefined {
  const expectedAt = status === 'up' ? expected(lastPing, check) : Number.POSITIVE_INFINITY
  const begin = start !== undefined && status !== 'down' ? Math.min(expectedAt, start.at) : expectedAt
  return Number.isFinite(begin) ? begin : undefined
}

function expected(lastPing: number, { every, scheduled }: HealthchecksCheck): number {
  if (scheduled === undefined) return lastPing + every * 1_000
  return scheduled.schedule.nextDue(scheduled.timezone, new Date(lastPing))?.getTime() ?? Number.POSITIVE_INFINITY
}

function statusAt(before: Status, check: HealthchecksCheck, now: number): HealthchecksState {
  const graceMs = check.grace * 1_000
  if (before.start !== undefined) return now >= before.start.at + graceMs ? 'down' : 'started'
  const { status, lastPing } = expired(before, check, now)
  if (status !== 'up') return status
  return now >= expected(lastPing, check) ? 'grace' : 'up'
}
