import { tzOffset } from '@date-fns/tz/tzOffset'
import { millisecondsInDay, millisecondsInWeek } from 'date-fns/constants'
import type { Seconds } from '../types.ts'
import type { Span, Windows } from './window.ts'

/** No zone has kept two changes of its clock closer than this since clocks are changed in summer. */
const STEP_MS = 3 * millisecondsInDay
/** Before, no clock was put forward and back. */
const FIRST_YEAR = 1900
const LAST_YEAR = 9999
/** 1970-01-01 was a Thursday; the week begins on Monday. */
const EPOCH_WEEKDAY = 3

/** A time in which a zone's clock is not changed. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly offsetMs: number
}

/**
 * How much of a time something was open: an instant counts when the clock on the wall shows open hours, so that an hour
 * which comes twice counts twice, and one which is skipped does not count.
 *
 * @param zone IANA zone of the open hours
 * @returns 0 where `to` is not after `from`
 */
export function openSeconds(
  windows: Windows,
  zone: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Seconds {
  let open = 0
  for (const { from: start, to: end, offsetMs } of stretchesOf(zone, from.getTime(), to.getTime())) {
    open += openUntil(windows, end + offsetMs) - openUntil(windows, start + offsetMs)
  }
  return open / 1_000
}

/** Whether the clock on the wall of a zone shows open hours. */
export function isOpenAt(windows: Windows, zone: string, at: Date): boolean {
  return openSeconds(windows, zone, { from: at, to: new Date(at.getTime() + 1) }) > 0
}

/**
 * The first instant at which something has been open for so long.
 *
 * @param zone IANA zone of the open hours
 * @returns undefined where that never comes
 */
export function instantWhenOpenReaches(
  windows: Windows,
  zone: string,
  { from, seconds }: { readonly from: Date; readonly seconds: Seconds },
): Date | undefined {
  let missing = seconds * 1_000
  if (missing <= 0) return from
  for (const { from: start, to: end, offsetMs } of stretchesOf(
    zone,
    from.getTime(),
    horizonOf(windows, from, missing),
  )) {
    const before = openUntil(windows, start + offsetMs)
    const open = openUntil(windows, end + offsetMs) - before
    if (open >= missing) {
      const isReached = (instant: number): boolean => openUntil(windows, instant + offsetMs) - before >= missing
      return new Date(firstThat(isReached, start, end))
    }
    missing -= open
  }
  return undefined
}

/** By when so much open time has surely passed, however the clocks are changed. */
function horizonOf({ week, except }: Windows, from: Date, missing: number): number {
  const openPerWeek = week.flat().reduce((sum, { from, to }) => sum + to - from, 0)
  if (openPerWeek === 0 || !Number.isFinite(missing)) return from.getTime()
  const weeks = missing / openPerWeek + except.length + 60
  return Math.min(Math.ceil(from.getTime() + weeks * millisecondsInWeek), Date.UTC(LAST_YEAR, 11, 31))
}

/**
 * How much is open before a time on the wall, counted from some Monday long ago: only differences of it mean something.
 *
 * @param localMs the time on the wall, written as if it were UTC
 */
function openUntil({ week, except }: Windows, localMs: number): number {
  const today = Math.floor(localMs / millisecondsInDay)
  const spansOf = (day: number): readonly Span[] => week[modulo(day + EPOCH_WEEKDAY, 7)] ?? []
  const openOn = (day: number): number =>
    openWithin(spansOf(day), Math.min(millisecondsInDay, localMs - day * millisecondsInDay))
  const monday = today - modulo(today + EPOCH_WEEKDAY, 7)
  const openPerWeek = week.reduce((sum, spans) => sum + openWithin(spans, millisecondsInDay), 0)
  let open = ((monday + EPOCH_WEEKDAY) / 7) * openPerWeek
  for (let day = monday; day <= today; day++) open += openOn(day)
  for (const day of except) if (day <= today) open -= openOn(day)
  return open
}

function openWithin(spans: readonly Span[], untilMs: number): number {
  return spans.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, untilMs) - from), 0)
}

/** The times between `from` and `to`, in milliseconds since 1970, in each of which the clock of a zone is not changed. */
export function* stretchesOf(zone: string, from: number, to: number): Generator<Stretch> {
  if (to <= from) return
  let start = from
  const lastYear = Math.min(LAST_YEAR, yearOf(to))
  for (let year = Math.max(FIRST_YEAR, yearOf(from)); year <= lastYear; year++) {
    for (const change of changesOf(zone, year)) {
      if (change <= start || change >= to) continue
      yield { from: start, to: change, offsetMs: offsetOf(zone, start) }
      start = change
    }
  }
  yield { from: start, to, offsetMs: offsetOf(zone, start) }
}

/** Ages of many rows are counted in the same few zones and years. */
const changesKnown = new Map<string, readonly number[]>()

/** When a zone's clock is changed, after the first instant of a year in UTC up to that of the next. */
function changesOf(zone: string, year: number): readonly number[] {
  const key = `${year} ${zone}`
  const changes = changesKnown.get(key) ?? findChanges(zone, Date.UTC(year, 0), Date.UTC(year + 1, 0))
  changesKnown.set(key, changes)
  return changes
}

function findChanges(zone: string, from: number, to: number): readonly number[] {
  const changes: number[] = []
  for (let start = from; start < to; ) {
    const end = Math.min(start + STEP_MS, to)
    const offset = offsetOf(zone, start)
    const hasChanged = (instant: number): boolean => offsetOf(zone, instant) !== offset
    const change = hasChanged(end) ? firstThat(hasChanged, start, end) : undefined
    if (change !== undefined) changes.push(change)
    start = change ?? end
  }
  return changes
}

/** The first of the milliseconds after `low`, up to `high`, of which something holds that holds of `high` and of all between. */
function firstThat(holds: (ms: number) => boolean, low: number, high: number): number {
  let [before, after] = [low, high]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (holds(middle)) after = middle
    else before = middle
  }
  return after
}

function offsetOf(zone: string, ms: number): number {
  return Math.round(tzOffset(zone, new Date(ms)) * 60_000)
}

function yearOf(ms: number): number {
  return new Date(ms).getUTCFullYear()
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
