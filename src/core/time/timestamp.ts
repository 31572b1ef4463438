import { millisecondsInDay } from 'date-fns/constants'
import type { Unit } from '../check.ts'
import { type Figure, readFigure } from '../judge/figure.ts'
import type { RawValue } from '../types.ts'
import { quote } from '../words/text.ts'
import { isDate, lacksZone, msOfDate, msOfLocal } from './date.ts'
import { compactDate, type PlainDate, plainDate } from './date-forms.ts'
import { neverByInstant, neverByText } from './never.ts'

/** What a column's value means as a point in time. */
export type Timestamp =
  | { readonly kind: 'instant'; readonly at: Date }
  /** a value that says that it has not happened yet */
  | { readonly kind: 'never'; readonly why: string }
  /** `cure`: what to do, where that is known */
  | { readonly kind: 'invalid'; readonly why: string; readonly cure?: string }

/** In characters: no number that is watched has more digits. */
const LONGEST_AMOUNT = 1_000
/** So few digits that they and a thousand of them are exact. */
const WHOLE = /^[1-9]\d{0,12}$/
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i
type Days = 'julian' | 'excel'

/** How far the decimal point is moved to make milliseconds of a unit, and where they begin. */
const SCALES: Readonly<Record<Exclude<Unit, 'auto' | Days>, { readonly places: number; readonly fromMs?: number }>> = {
  s: { places: 3 },
  ms: { places: 0 },
  us: { places: -3 },
  ns: { places: -6 },
  // https://learn.microsoft.com/dotnet/api/system.datetime.ticks
  dotnet: { places: -4, fromMs: Date.UTC(2001, 0) - 63_113_904_000_000 },
  // https://learn.microsoft.com/windows/win32/sysinfo/file-times
  filetime: { places: -4, fromMs: Date.UTC(1601, 0) },
  // https://developer.apple.com/documentation/foundation/nsdate/timeintervalsincereferencedate
  apple: { places: 3, fromMs: Date.UTC(2001, 0) },
}
/**
 * The epoch in SQLite's Julian days, and in the days of spreadsheets.
 *
 * @see https://www.sqlite.org/lang_datefunc.html, https://learn.microsoft.com/dotnet/api/system.datetime.tooadate
 */
const EPOCH_IN_DAYS: Readonly<Record<Days, number>> = { julian: 2_440_587.5, excel: 25_569 }
/** What PHP's serialize() makes of an integer, a float and a text that holds a number. */
const PHP = /^(?:[id]:([+-]?\d+(?:\.\d+)?)|s:\d+:"([+-]?\d+(?:\.\d+)?)");$/
/** A text as JSON writes it: PHP escapes each slash in it, and .NET each plus sign. */
const JSON_TEXT = /^"(?:[^"\\]|\\.)*"$/
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
 * @returns `instant`, to the millisecond that had begun; `never` for NULL, nothing, zero, `-infinity` and the zero and
 *   least dates of languages, types and formats; `invalid`, with the value, for everything that is neither a number nor a date
 */
export function parseTimestamp(
  value: RawValue,
  options: { readonly unit: Unit; readonly storedIn: string },
): Timestamp {
  if (value.text === null) return { kind: 'never', why: 'NULL' }
  if (value.type === 'other')
    return { kind: 'invalid', why: `a value of type ${quote(value.typeName).slice(1, -1)} is not a timestamp` }
  // A char(n) column is padded.
  const trimmed = value.text.trim()
  if (trimmed.length > 100) return invalid(value.text)
  if (WHOLE.test(trimmed)) return instantOf(msOfNumber(trimmed, options), { text: value.text, isDate: false })
  const text = unpacked(trimmed)
  if (text === '') return { kind: 'never', why: 'empty' }
  if (text === 'N;') return { kind: 'never', why: 'NULL, as PHP writes it' }
  if (text === 'null') return { kind: 'never', why: 'NULL, as JSON writes it' }
  if (isNumber(text, options.unit)) return instantOf(msOfNumber(text, options), { text: value.text, isDate: false })
  const why = neverByText(text)
  return why === undefined ? instantOfText(text, { ...options, value: value.text }) : { kind: 'never', why }
}

/** Fourteen digits are milliseconds of years that nobody watches, and mostly a date. */
function isNumber(text: string, unit: Unit): boolean {
  return NUMBER.test(text) && (unit !== 'auto' || compactDate(text) === undefined)
}

function instantOfText(
  text: string,
  { storedIn, value }: { readonly storedIn: string; readonly value: string },
): Timestamp {
  const plain = plainly(text)
  if ('ambiguous' in plain) return { kind: 'invalid', why: `${quote(value)} ${plain.ambiguous}`, cure: plain.cure }
  return instantOf(msOfDate(plain.text, plain.zone ?? storedIn), { text: value, isDate: true })
}

function plainly(text: string): PlainDate {
  if (isDate(text)) return { text }
  const compact = compactDate(text)
  return compact === undefined ? (plainDate(text) ?? { text }) : { text: compact }
}

function instantOf(
  ms: number | undefined,
  { text, isDate }: { readonly text: string; readonly isDate: boolean },
): Timestamp {
  const why = ms === undefined ? undefined : neverByInstant(ms, { isDate })
  if (why !== undefined) return { kind: 'never', why }
  return ms !== undefined && isInCalendar(ms) ? { kind: 'instant', at: new Date(ms) } : invalid(text)
}

/** What stands in a text that JSON or PHP has packed it into: Drupal and others keep their times so. */
function unpacked(text: string): string {
  if (JSON_TEXT.test(text)) return ofJson(text).trim()
  const match = PHP.exec(text)
  return match?.[1] ?? match?.[2] ?? text
}

function ofJson(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

/**
 * Reads an instant that a person wrote: ISO 8601, with or without seconds, `T` and zone.
 *
 * @param zone IANA zone of one that carries none
 */
export function parseInstant(text: string, zone: string): Date | undefined {
  const ms = msOfDate(text.trim(), zone)
  return ms === undefined || !Number.isFinite(ms) ? undefined : new Date(ms)
}

/**
 * Reads a value as an amount: a number, in a numeric column or as text, or serialized by PHP or JSON.
 *
 * @returns undefined where it is none; NULL and nothing are none either
 */
export function parseAmount({ text, type }: RawValue): Figure | undefined {
  const trimmed = text?.trim() ?? ''
  if (trimmed.length > LONGEST_AMOUNT || !['number', 'text'].includes(type)) return undefined
  const written = unpacked(trimmed)
  return NUMBER.test(written) ? readFigure(written) : undefined
}

function invalid(text: string): Timestamp {
  return { kind: 'invalid', why: `${quote(text)} is not a timestamp` }
}

function msOfNumber(text: string, { unit, storedIn }: { readonly unit: Unit; readonly storedIn: string }): number {
  const value = Number(text)
  // Zero is never, of whatever unit.
  if (value === 0) return 0
  if (unit === 'julian' || unit === 'excel') return msOfDays(value, { unit, storedIn })
  const { places, fromMs = 0 } = SCALES[unit === 'auto' ? unitOf(Math.abs(value)) : unit]
  if (places >= 0 && Number.isSafeInteger(value) && Number.isSafeInteger(value * 1_000))
    return value * 10 ** places + fromMs
  // The digits are cut off, or moved, as they are written: a division would lose a millisecond.
  const [, whole] = places < 0 ? (/^\+?(\d+)(?:\.\d*)?$/.exec(text) ?? []) : []
  if (whole !== undefined) return Number(whole.slice(0, places)) + fromMs
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e')
  return Math.floor(Number(`${digits}e${Number(exponent) + places}`)) + fromMs
}

/** The fraction of a day has its last digit at some tenths of a millisecond. Spreadsheets know no zones. */
function msOfDays(days: number, { unit, storedIn }: { readonly unit: Days; readonly storedIn: string }): number {
  const ms = Math.round((days - EPOCH_IN_DAYS[unit]) * millisecondsInDay)
  return unit === 'excel' && isInCalendar(ms) ? msOfLocal(ms, storedIn) : ms
}

function isInCalendar(ms: number): boolean {
  return ms >= EARLIEST_MS && ms <= LATEST_MS
}

function unitOf(magnitude: number): 's' | 'ms' | 'us' | 'ns' {
  if (magnitude < 1e11) return 's'
  if (magnitude < 1e14) return 'ms'
  return magnitude < 1e17 ? 'us' : 'ns'
}

/** Whether a value is written as a number, also where it is a text. */
export function isNumeral({ text, type }: RawValue): boolean {
  return type !== 'other' && NUMBER.test(text?.trim() ?? '')
}

/** Whether a value, read as a time, has no zone of its own: `stored_in` says which one is meant. */
export function hasNoZone(value: RawValue, unit: Unit): boolean {
  const text = unpacked(value.text?.trim() ?? '')
  if (isNumber(text, unit)) return unit === 'excel'
  const plain = plainly(text)
  return 'text' in plain && plain.zone === undefined && lacksZone(plain.text)
}
