import { idOf, type Named } from '../names.ts'
import { openSpans } from '../time/open-spans.ts'
import type { Span } from '../time/window.ts'
import type { Seconds } from '../types.ts'
import type { Outage } from './history.ts'
import type { Maintenance } from './muted.ts'

export interface Availability extends Named {
  /** where the check is defined */
  readonly origin: string
  /**
   * one from 0 to 1 for each of `Times.lengths`; undefined if the journal does not reach back so far, since a share of
   * the first hour says nothing about a day, or if all of it was planned maintenance
   */
  readonly shares: readonly (number | undefined)[]
  /** those within the longest of these times */
  readonly outages: number
  /** their length together, within the longest of these times and outside planned maintenance */
  readonly down: Seconds
  /** for each of `Times.lengths` how much planned maintenance is left out, as far back as the journal reaches */
  readonly planned: readonly Seconds[]
}

export interface Times {
  readonly now: Date
  readonly lengths: readonly Seconds[]
  readonly from: Date
  /** when a check or a source was expected to fail */
  readonly maintenanceOf?: (whose: Named & Pick<Outage, 'origin'>) => Maintenance | undefined
}

/**
 * The availability of each check with an outage in these times, the worst first.
 *
 * Critical and unknown count as down, from `since` on; a warning is late, but there. If nobody saw the end, the outage
 * counts as far as it is known. When a database did not answer, the database has the outage, not its checks. Planned
 * maintenance counts neither as up nor as down.
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

function availabilityOfOne(own: readonly Outage[], times: Times): readonly Availability[] {
  const { now, lengths, from } = times
  const spans = own.map((outage) => spansOf(outage, now))
  const startOf = (length: Seconds): number => now.getTime() - length * 1_000
  const longestMs = Math.max(startOf(Math.max(...lengths)), from.getTime())
  const reaching = spans.filter((parts) => parts.some(({ to }) => to >= longestMs)).length
  const last = own.at(-1)
  if (last === undefined || reaching === 0) return []
  const { origin, check, item } = last
  const maintenance = times.maintenanceOf?.(last)
  const plan = maintenance === undefined ? [] : plannedSpans(maintenance, { from: new Date(longestMs), to: now })
  const within = (some: readonly Span[], startMs: number): number => unionMs(some, startMs, now.getTime())
  const planned = (startMs: number): number => within(plan, startMs)
  const down = (startMs: number): number => within([...spans.flat(), ...plan], startMs) - planned(startMs)
  const shares = lengths.map((length) => {
    const startMs = startOf(length)
    return startMs < from.getTime() ? undefined : shareOf(down(startMs), length * 1_000 - planned(startMs))
  })
  const named = item === undefined ? { check } : { check, item }
  const leftOut = lengths.map((length) => planned(Math.max(startOf(length), longestMs)) / 1_000)
  return [{ origin, ...named, shares, outages: reaching, down: down(longestMs) / 1_000, planned: leftOut }]
}

/** When there was maintenance; some of it may overlap. */
function plannedSpans(
  { windows, spans, timezone }: Maintenance,
  time: { readonly from: Date; readonly to: Date },
): readonly Span[] {
  const once = spans.map(({ from, to }) => ({ from: from.getTime(), to: to.getTime() }))
  return [...windows.flatMap((window) => openSpans(window, timezone, time)), ...once]
}

function spansOf({ since, first, worsenings, end }: Outage, now: Date): readonly Span[] {
  const endMs = (end?.at ?? now).getTime()
  const steps = [{ at: since, severity: first }, ...worsenings]
  return steps.flatMap(({ at, severity }, i) => {
    const toMs = Math.min(steps[i + 1]?.at.getTime() ?? endMs, endMs)
    return severity === 'warning' ? [] : [{ from: at.getTime(), to: toMs }]
  })
}

/** Outages of one check may overlap, for example if the clock was put back. No second counts twice. */
function unionMs(spans: readonly Span[], startMs: number, nowMs: number): number {
  let [union, untilMs] = [0, startMs]
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const lastMs = Math.min(to, nowMs)
    union += Math.max(0, lastMs - Math.max(from, untilMs))
    untilMs = Math.max(untilMs, lastMs)
  }
  return union
}

/** Rounded down to hundredths of a percent, so that even a moment of downtime shows. */
function shareOf(downMs: number, wholeMs: number): number | undefined {
  if (wholeMs <= 0) return undefined
  return Math.floor(((wholeMs - downMs) * 10_000) / wholeMs) / 10_000
}
