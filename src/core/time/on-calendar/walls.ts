import { firstFrom } from './search.ts'
import { type CalendarField, type CalendarSpec, YEARS } from './spec.ts'

const DAY_MS = 86_400_000

/** The times on the wall at which an expression is due: written as if they were UTC, in milliseconds. */
export interface Walls {
  /** the first after that one; undefined where none comes */
  readonly after: (wall: number) => number | undefined
  /** the last before that one; undefined where there was none */
  readonly before: (wall: number) => number | undefined
}

/** Finds the times on the wall. Below a millisecond, where systemd goes on, nothing is told apart. */
export function wallsOf(spec: CalendarSpec): Walls {
  const named = namedBefore(spec)
  const before: Walls['before'] = (wall) => {
    // systemd looks forward alone, and what it leaves out then was not due.
    let found = named(wall)
    while (found !== undefined && firstFrom(spec, found - 1) !== found) found = named(found)
    return found
  }
  return { after: (wall) => firstFrom(spec, wall + 1), before }
}

/** The last time before that one that the expression names. */
function namedBefore(spec: CalendarSpec): (wall: number) => number | undefined {
  const times = timesOf(spec)
  return (wall) => {
    const today = Math.floor(wall / DAY_MS) * DAY_MS
    for (const midnight of midnightsUpTo(spec, today)) {
      const time = times(midnight < today ? DAY_MS : wall - midnight)
      if (time !== undefined) return midnight + time
    }
    return undefined
  }
}

/** The midnights of all days that are named, from that one backwards. */
function* midnightsUpTo(spec: CalendarSpec, today: number): Generator<number> {
  const months = valuesIn(spec.month, { low: 1, high: 12 }).toReversed()
  const thisYear = new Date(today).getUTCFullYear()
  for (const year of valuesIn(spec.year, { low: YEARS.low, high: Math.min(thisYear, YEARS.high) }).toReversed()) {
    for (const month of months) yield* daysOf(spec, year, month).filter((midnight) => midnight <= today)
  }
}

/** The midnights of the days of a month, the last first. */
function daysOf({ day, isFromEnd, weekdays }: CalendarSpec, year: number, month: number): readonly number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const days = isFromEnd ? lastDays(day, length) : valuesIn(day, { low: 1, high: length })
  return days
    .map((number) => Date.UTC(year, month - 1, number))
    .filter((midnight) => weekdays.has((new Date(midnight).getUTCDay() + 6) % 7))
    .toReversed()
}

/** The last time of a day before that one, in milliseconds since midnight. */
function timesOf(spec: CalendarSpec): (time: number) => number | undefined {
  const hours = valuesIn(spec.hour, { low: 0, high: 23 })
  const minutes = valuesIn(spec.minute, { low: 0, high: 59 })
  const seconds = millisecondsIn(spec.second)
  const below = (list: readonly number[], end: number): number | undefined => list.findLast((value) => value < end)
  const at = (hour: number, minute: number, ms: number): number => hour * 3_600_000 + minute * 60_000 + ms
  return (time) => {
    const [hour, minute, ms] = [Math.floor(time / 3_600_000), Math.floor(time / 60_000) % 60, time % 60_000]
    const [lastMinute = 0, lastSecond = 0] = [minutes.at(-1), seconds.at(-1)]
    const isHour = hours.includes(hour)
    const second = isHour && minutes.includes(minute) ? below(seconds, ms) : undefined
    if (second !== undefined) return at(hour, minute, second)
    const earlier = isHour ? below(minutes, minute) : undefined
    if (earlier !== undefined) return at(hour, earlier, lastSecond)
    const before = below(hours, hour)
    return before === undefined ? undefined : at(before, lastMinute, lastSecond)
  }
}

/** All values of a field up to the end of what it is a part of, in order. */
export function valuesIn(
  field: CalendarField,
  { low, high }: { readonly low: number; readonly high: number },
): readonly number[] {
  const values = new Set<number>()
  for (const { first, last = high, step } of field ?? [{ first: low, step: 1 }]) {
    const end = step === 0 ? first : last
    for (let value = first; value <= Math.min(end, high); value += step || 1) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

/** Microseconds of a minute become milliseconds; what comes more often than each of them comes with each. */
function millisecondsIn(field: CalendarField): readonly number[] {
  const parts = field?.map((part) => ({ ...part, step: part.step === 0 ? 0 : Math.max(1_000, part.step) }))
  return [...new Set(valuesIn(parts, { low: 0, high: 59_999_999 }).map((us) => Math.floor(us / 1_000)))]
}

/** A step from a day before the end goes on towards the end; a range of such days is counted from its earlier end. */
function lastDays(field: CalendarField, length: number): readonly number[] {
  const parts = field?.map(({ text, first, last, step }) =>
    last === undefined
      ? { text, first: length + 1 - first, last: undefined, step }
      : { text, first: length + 1 - last, last: length + 1 - first, step },
  )
  return valuesIn(parts, { low: 1, high: length })
}
