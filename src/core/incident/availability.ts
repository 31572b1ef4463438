import { idOf, type Named } from '../names.ts'
import type { Seconds } from '../types.ts'
import type { Outage } from './history.ts'

export interface Availability extends Named {
  /** where the check is defined */
  readonly origin: string
  /**
   * one from 0 to 1 for each of `Times.lengths`; undefined if the journal does not reach back so far, since a share of
   * the first hour says nothing about a day
   */
  readonly shares: readonly (number | undefined)[]
  /** those within the longest of these times */
  readonly outages: number
  /** their length together, within the longest of these times */
  readonly down: Seconds
}

export interface Times {
  readonly now: Date
  readonly lengths: readonly Seconds[]
  readonly from: Date
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The availability of each check with an outage in these times, the worst first.
 *
 * Critical and unknown count as down, from `since` on; a warning is late, but there. If nobody saw the end, the outage
 * counts as far as it is known. When a database did not answer, the database has the outage, not its checks.
 */
export function availabilityOf(outages: readonly Outage[], times: Times): readonly Availability[] {
  const byCheck = new Map<string, Outage[]>()
  for (const outage of outages) {
    const key = JSON.stringify([outage.origin, idOf(outage)])
    const own = byCheck.get(key)
    if (own === undefined) byCheck.set(key, [outage])
    else own.push(outage)
  }
  return [...byCheck.values()].flatMap((own) => availabilityOfOne(own, times)).toSorted((a, b) => b.down - a.down)
}

function availabilityOfOne(own: readonly Outage[], { now, lengths, from }: Times): readonly Availability[] {
  const spans = own.map((outage) => spansOf(outage, now))
  const startOf = (length: Seconds): number => now.getTime() - length * 1_000
  const longestMs = Math.max(startOf(Math.max(...lengths)), from.getTime())
  const reaching = spans.filter((parts) => parts.some(({ toMs }) => toMs >= longestMs)).length
  const last = own.at(-1)
  if (last === undefined || reaching === 0) return []
  const { origin, check, item } = last
  const down = (startMs: number): number => downMs(spans.flat(), startMs, now.getTime())
  const shares = lengths.map((length) =>
    startOf(length) < from.getTime() ? undefined : shareOf(down(startOf(length)), length * 1_000),
  )
  const named = item === undefined ? { check } : { check, item }
  return [{ origin, ...named, shares, outages: reaching, down: down(longestMs) / 1_000 }]
}

function spansOf({ since, first, worsenings, end }: Outage, now: Date): readonly Span[] {
  const endMs = (end?.at ?? now).getTime()
  const steps = [{ at: since, severity: first }, ...worsenings]
  return steps.flatMap(({ at, severity }, i) => {
    const toMs = Math.min(steps[i + 1]?.at.getTime() ?? endMs, endMs)
    return severity === 'warning' ? [] : [{ fromMs: at.getTime(), toMs }]
  })
}

/** Outages of one check may overlap, for example if the clock was put back. No second counts twice. */
function downMs(spans: readonly Span[], startMs: number, nowMs: number): number {
  let [down, untilMs] = [0, startMs]
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const lastMs = Math.min(toMs, nowMs)
    down += Math.max(0, lastMs - Math.max(fromMs, untilMs))
    untilMs = Math.max(untilMs, lastMs)
  }
  return down
}

/** Rounded down to hundredths of a percent, so that even a moment of downtime shows. */
function shareOf(downMs: number, wholeMs: number): number {
  return Math.floor(((wholeMs - downMs) * 10_000) / wholeMs) / 10_000
}
