import { millisecondsInDay, millisecondsInHour } from 'date-fns/constants'
import type { Unit } from '../check.ts'

/** Zones are ahead of UTC by up to 14 hours, and behind it by up to 12; old local times have minutes and seconds. */
const SHIFT_MS = 15 * millisecondsInHour
const QUARTER_MS = millisecondsInHour / 4

/**
 * Days that languages, types and formats write where nothing has happened, and whose they are.
 *
 * No day after the first of 1970 is one: 1980-01-01 (FAT), 2000-01-01 (PostgreSQL within) and 2001-01-01 (Apple) are days
 * on which a host without a battery, or an archive, may really have written.
 */
const LEAST_DAYS: readonly (readonly [day: string, whose: string])[] = [
  ['0000-01-01', 'the first day of year zero'],
  // https://pkg.go.dev/time#Time, https://learn.microsoft.com/dotnet/api/system.datetime.minvalue, datetime.min of Python
  ['0001-01-01', 'the least of Go, .NET and Python'],
  // https://dev.mysql.com/doc/refman/8.4/en/datetime.html
  ['1000-01-01', 'the least of MySQL'],
  // https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-1
  ['1582-10-15', 'the first day of the calendar'],
  // https://learn.microsoft.com/windows/win32/sysinfo/file-times
  ['1601-01-01', 'zero in Windows'],
  // the least number of nanoseconds in 64 bits
  ['1677-09-21', 'the least in nanoseconds'],
  // https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql
  ['1753-01-01', 'the least of SQL Server'],
  // the modified Julian day, and OpenVMS
  ['1858-11-17', 'zero in modified Julian days'],
  // https://learn.microsoft.com/dotnet/api/system.datetime.tooadate
  ['1899-12-30', 'zero in spreadsheets'],
  ['1899-12-31', 'zero in spreadsheets'],
  // smalldatetime, https://www.rfc-editor.org/rfc/rfc5905 (NTP)
  ['1900-01-01', 'zero in SQL Server and NTP'],
  // the least number of seconds in 32 bits: 1901-12-13 20:45:52
  ['1901-12-13', 'the least in 32 bits'],
  ['1904-01-01', 'zero on old Macs'],
]

const LEAST = LEAST_DAYS.map(([day, whose]) => ({ ms: Date.parse(`${day}T00:00:00Z`), why: `${day}, ${whose}` }))

const ZERO_DATE = /^0000-?00-?00(?:[T ][0:]+(?:[.,]0+)?)? ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d(?::\d\d)?)?)?$/i
/** Written as a default, in whatever zone. */
const NAIVE_EPOCH = /^1970-01-01(?:[T ]00:00(?::0[01](?:\.0+)?)?)?$/
/** The first year in a zone to the west and the least of PostgreSQL, and the least of JavaScript and Java. */
const BEFORE_CHRIST = /^(?:0001-12-3[01]|471[34]-\d\d-\d\d).* BC$|^-\d{6,}-\d\d-\d\d/

/** Why a text that is no number stands for "never", as far as its letters tell. */
export function neverByText(text: string): string | undefined {
  if (text === '-infinity') return '-infinity'
  if (ZERO_DATE.test(text)) return 'the zero date'
  if (NAIVE_EPOCH.test(text)) return 'zero'
  return BEFORE_CHRIST.test(text) ? 'before the first year' : undefined
}

/**
 * Why an instant stands for "never": it is the least, or zero, of some language, type or format, moved by a zone at most.
 *
 * @param isDate whether it was written as a date: a number has no zone, and 3600 is no zero
 */
export function neverByInstant(ms: number, { isDate }: { readonly isDate: boolean }): string | undefined {
  if (ms === 0 || (isDate && isEpochElsewhere(ms))) return 'zero'
  if (ms > -SHIFT_MS) return undefined
  return LEAST.find((least) => ms >= least.ms - SHIFT_MS && ms < least.ms + millisecondsInDay + SHIFT_MS)?.why
}

/** The epoch, or the second after it, which is the least of MySQL's TIMESTAMP, as a clock elsewhere shows it. */
function isEpochElsewhere(ms: number): boolean {
  const rest = ((ms % QUARTER_MS) + QUARTER_MS) % QUARTER_MS
  return Math.abs(ms) <= SHIFT_MS && (rest === 0 || rest === 1_000)
}

const INFINITE = /^\+?inf(?:inity)?$/i
/** The last day of the calendar, in a zone to the west as well, and years beyond it, as PostgreSQL and JavaScript have. */
const LAST_DAY = /^(?:9999-?12-?3[01]|\+?\d{5,}-\d\d-\d\d)/

/** The middle of the last day of the calendar. Its seconds would be four minutes of 1978 as milliseconds. */
const LAST_NOON_MS = Date.UTC(9999, 11, 31, 12)
/** Seconds, milliseconds or microseconds of that day. */
const OF_LAST_DAY = /^(\d{12})(?:\d{3}|\d{6})?(?:\.\d*)?$/

/**
 * Whether a deadline never comes.
 *
 * @param unit of a number: one whose unit is known is what it is
 */
export function isEndless(text: string, unit: Unit = 'auto'): boolean {
  const trimmed = text.trim()
  if (INFINITE.test(trimmed)) return true
  const seconds = unit === 'auto' ? OF_LAST_DAY.exec(trimmed)?.[1] : undefined
  if (seconds !== undefined) return Math.abs(Number(seconds) * 1_000 - LAST_NOON_MS) < millisecondsInDay / 2 + SHIFT_MS
  return LAST_DAY.test(trimmed) && !trimmed.endsWith('BC')
}
