import { tzOffset } from '@date-fns/tz/tzOffset'
import { millisecondsInDay } from 'date-fns/constants'

/**
 * The instant of a local time.
 *
 * @param localMs the time on the wall, written as if it were UTC, in milliseconds
 * @param zone IANA zone
 * @returns the earlier instant where the clock shows the time twice; where it skips it, the instant that a clock
 *   which had not been put forward yet would have shown it
 */
export function instantOfLocal(localMs: number, zone: string): Date {
  const before = tzOffset(zone, new Date(localMs - millisecondsInDay))
  const after = tzOffset(zone, new Date(localMs + millisecondsInDay))
  const candidates = [before, after]
    .map((offset) => ({ offset, instant: new Date(localMs - offset * 60_000) }))
    .filter(({ offset, instant }) => tzOffset(zone, instant) === offset)
    .map(({ instant }) => instant.getTime())
  return new Date(candidates.length > 0 ? Math.min(...candidates) : localMs - before * 60_000)
}

/** An instant as a person in that zone reads it: `2026-11-22 00:42:07 +01:00`. */
export function formatInstant(instant: Date, zone: string): string {
  const offset = tzOffset(zone, instant)
  const local = localText(instant, offset)
  const absolute = Math.round(Math.abs(offset))
  const sign = offset < 0 ? '-' : '+'
  const hours = String(Math.floor(absolute / 60)).padStart(2, '0')
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${sign}${hours}:${String(absolute % 60).padStart(2, '0')}`
}

/** The time of day of an instant in that zone: `00:42`. */
export function formatTime(instant: Date, zone: string): string {
  return localText(instant, tzOffset(zone, instant)).slice(11, 16)
}

/** The date of an instant in that zone: `2026-11-22`. */
export function formatDate(instant: Date, zone: string): string {
  return localText(instant, tzOffset(zone, instant)).slice(0, 10)
}

/** The day of an instant in that zone: `Thu 26 Nov`. */
export function formatDay(instant: Date, zone: string): string {
  const [weekday, day, month] = new Date(localText(instant, tzOffset(zone, instant))).toUTCString().split(/[ ,]+/)
  return `${weekday} ${Number(day)} ${month}`
}

/** Whether Node knows the zone by this name. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function localText(instant: Date, offset: number): string {
  return new Date(instant.getTime() + offset * 60_000).toISOString()
}
