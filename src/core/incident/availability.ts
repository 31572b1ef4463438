import { idOf, type Named } from '../names.ts'
import type { Seconds } from '../types.ts'
import type { Outage } from './history.ts'

/** How much of a time a check was well. */
export interface Availability extends Named {
  /** whose it is */
  readonly origin: string
  /**
   * from 0 to 1, by length of the time that it is about, in the order that was asked for; see `shareOf`. Undefined where
   * the journal does not reach back so far: a share of the first hour says nothing of a day
   */
  readonly shares: readonly (number | undefined)[]
  /** those that reach into the longest of these times */
  readonly outages: number
  /** how long they were down together, within the longest of these times */
  readonly down: Seconds
}

/** What it is about. */
export interface Times {
  readonly now: Date
  /** in seconds, back from now */
  readonly lengths: readonly Seconds[]
  /** when the journal begins: nothing is known of what was before */
  readonly from: Date
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * How much of the last so many seconds each check that had an outage was well, the worst first.
 *
 * What was critical or unknown was down, from `since` on; a warning is late, but there. Of an end that nobody has seen
 * only what is known counts. What hangs on a database that does not answer has no outage: the database has.
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

/** The parts of an outage that count. */
function spansOf({ since, first, worsenings, end }: Outage, now: Date): readonly Span[] {
  const endMs = (end?.at ?? now).getTime()
  const steps = [{ at: since, severity: first }, ...worsenings]
  return steps.flatMap(({ at, severity }, i) => {
    const toMs = Math.min(steps[i + 1]?.at.getTime() ?? endMs, endMs)
    return severity === 'warning' ? [] : [{ fromMs: at.getTime(), toMs }]
  })
}

/** Those of one check may overlap, where the clock was put back, say: no second counts twice. */
function downMs(spans: readonly Span[], startMs: number, nowMs: number): number {
  let [down, untilMs] = [0, startMs]
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const lastMs = Math.min(toMs, nowMs)
    down += Math.max(0, lastMs - Math.max(fromMs, untilMs))
    untilMs = Math.max(untilMs, lastMs)
  }
  return down
}

/** Floored to hundredths of a percent, so that what was down for a moment was not well all the time. */
function shareOf(downMs: number, wholeMs: number): number {
  return Math.floor(((wholeMs - downMs) * 10_000) / wholeMs) / 10_000
}
