import type { Unit } from './check.ts'
import { quote } from './text.ts'
import type { RawValue } from './types.ts'
import { instantOfLocal } from './zone.ts'

/** What a column's value means as a point in time. */
export type Timestamp =
  | { readonly kind: 'instant'; readonly at: Date }
  /** a value that says that it has not happened yet */
  | { readonly kind: 'never'; readonly why: string }
  | { readonly kind: 'invalid'; readonly why: string }

/** So few digits that they and a thousand of them are exact. */
const WHOLE = /^[1-9]\d{0,12}$/
const NUMBER = /^[+-]?\d+(?:\.\d*)?$/
const NUMBER_OF_A_NUMERIC_COLUMN = /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i
const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d(?::\d\d)?)?)?$/i
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(?:[.,](\d{1,9}))?(Z|[+-]\d\d(?::?\d\d)?)?$/i
/** Written as a default, in whatever zone. */
const NAIVE_EPOCH = /^1970-01-01(?:[T ]00:00:00(?:\.0+)?)?$/
const ZERO_DATE = /^0000-00-00(?:[T ]00:00:00(?:\.0+)?)?$/

/** How far the decimal point is moved to make milliseconds of a unit. */
const PLACES: Readonly<Record<Exclude<Unit, 'auto' | 'julian'>, number>> = { s: 3, ms: 0, us: -3, ns: -6 }
/** The epoch in SQLite's Julian days. https://www.sqlite.org/lang_datefunc.html */
const EPOCH_JULIAN = 2_440_587.5
/** What PHP's serialize() makes of an integer, a float and a text that holds a number. */
const PHP = /^(?:[id]:([+-]?\d+(?:\.\d+)?)|s:\d+:"([+-]?\d+(?:\.\d+)?)");$/
/** The years that people and databases write: 1 to 9999. Whatever lies beyond is garbage, or a wrong unit. */
const EARLIEST_MS = -62_135_596_800_000
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Reads a value as an instant.
 *
 * @param value as the database wrote it, in a session that speaks UTC
 * @param options.unit of a number; `auto` goes by magnitude: below 1e11 seconds, below 1e14 milliseconds, below 1e17
 *   microseconds, else nanoseconds
 * @param options.storedIn IANA zone of timestamps that carry none
 * @returns `instant`, to the millisecond that had begun; `never` for NULL, nothing, zero, the epoch, the zero date and
 *   `-infinity`; `invalid`, with the value, for everything that is neither a number nor a date
 */
export function parseTimestamp(
  value: RawValue,
  options: { readonly unit: Unit; readonly storedIn: string },
): Timestamp {
  if (value.text === null) return { kind: 'never', why: 'NULL' }
  if (value.type === 'other') return { kind: 'invalid', why: `a value of type ${quote(value.typeName).slice(1, -1)}` }
  // A char(n) column is padded.
  const trimmed = value.text.trim()
  if (trimmed.length > 100) return invalid(value.text)
  if (WHOLE.test(trimmed)) return instantOf(msOfNumber(trimmed, options.unit), value.text)
  const text = withoutPhp(trimmed)
  if (text === '') return { kind: 'never', why: 'empty' }
  if (text === 'N;') return { kind: 'never', why: 'NULL, as PHP writes it' }
  if (text === '-infinity') return { kind: 'never', why: '-infinity' }
  if (ZERO_DATE.test(text)) return { kind: 'never', why: 'the zero date' }
  if (NAIVE_EPOCH.test(text)) return { kind: 'never', why: 'zero' }
  const pattern = value.type === 'number' ? NUMBER_OF_A_NUMERIC_COLUMN : NUMBER
  const ms = pattern.test(text) ? msOfNumber(text, options.unit) : msOfText(text, options.storedIn)
  return instantOf(ms, value.text)
}

function instantOf(ms: number | undefined, text: string): Timestamp {
  if (ms === 0) return { kind: 'never', why: 'zero' }
  const isInCalendar = ms !== undefined && ms >= EARLIEST_MS && ms <= LATEST_MS
  return isInCalendar ? { kind: 'instant', at: new Date(ms) } : invalid(text)
}

/** Drupal and others keep their times serialized. */
function withoutPhp(text: string): string {
  const match = PHP.exec(text)
  return match?.[1] ?? match?.[2] ?? text
}

/**
 * Reads an instant that a person wrote: ISO 8601, with or without seconds, `T` and zone.
 *
 * @param zone IANA zone of one that carries none
 */
export function parseInstant(text: string, zone: string): Date | undefined {
  const ms = msOfText(text.trim(), zone)
  return ms === undefined || !Number.isFinite(ms) ? undefined : new Date(ms)
}

/**
 * Reads a value as an amount: a number, in a numeric column or as text, or serialized by PHP.
 *
 * @returns undefined where it is none; NULL and nothing are none either
 */
export function parseAmount({ text, type }: RawValue): number | undefined {
  const trimmed = text?.trim() ?? ''
  if (trimmed.length > 100 || !['number', 'text'].includes(type)) return undefined
  const written = withoutPhp(trimmed)
  const amount = NUMBER_OF_A_NUMERIC_COLUMN.test(written) ? Number(written) : Number.NaN
  return Number.isFinite(amount) ? amount : undefined
}

function invalid(text: string): Timestamp {
  return { kind: 'invalid', why: `${quote(text)} is not a timestamp` }
}

function msOfNumber(text: string, unit: Unit): number {
  const value = Number(text)
  // The fraction of a day has its last digit at some tenths of a millisecond.
  if (unit === 'julian' && value !== 0) return Math.round((value - EPOCH_JULIAN) * 86_400_000)
  const places = PLACES[unit === 'auto' || unit === 'julian' ? unitOf(Math.abs(value)) : unit]
  if (places >= 0 && Number.isSafeInteger(value) && Number.isSafeInteger(value * 1_000)) return value * 10 ** places
  // The digits are moved as they are written: a division would lose a millisecond of nanoseconds.
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e')
  return Math.floor(Number(`${digits}e${Number(exponent) + places}`))
}

function unitOf(magnitude: number): keyof typeof PLACES {
  if (magnitude < 1e11) return 's'
  if (magnitude < 1e14) return 'ms'
  return magnitude < 1e17 ? 'us' : 'ns'
}

function msOfText(text: string, storedIn: string): number | undefined {
  const match = WRITTEN.exec(text) ?? BASIC.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const local = msOfFields([year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0])
  if (local === undefined) return undefined
  const withFraction = local + Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const zone = match[8]
  if (zone === undefined) {
    return storedIn === 'UTC' ? withFraction : instantOfLocal(withFraction, storedIn).getTime()
  }
  const offset = msOfOffset(zone)
  return offset === undefined ? undefined : withFraction - offset
}

/** Refuses what `Date` would silently move to another day, such as 30 February; a leap second is the next one. */
function msOfFields(fields: readonly [number, number, number, number, number, number]): number | undefined {
  const [year, month, day, hour, minute, second] = fields
  if (month < 1 || month > 12 || day < 1 || minute > 59 || second > 60) return undefined
  if (hour > 23 && !(hour === 24 && minute === 0 && second === 0)) return undefined
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  if (midnight.getUTCDate() !== day) return undefined
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000
}

function msOfOffset(zone: string): number | undefined {
  if (/^[zug]/i.test(zone)) return 0
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0')
  const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)].map(Number)
  if ((hours ?? 0) > 15 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59) return undefined
  const ms = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000
  return zone.startsWith('-') ? -ms : ms
}
