import { millisecondsInDay } from 'date-fns/constants'
import { quote } from '../words/text.ts'

/** A stretch of a day, in milliseconds since its midnight: `from` belongs to it, `to` does not. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** When something is open: hours of the days of the week, by the clock on the wall. */
export interface Windows {
  /** as it was written, in one line and without the dates that are excepted */
  readonly text: string
  /** the hours of each day from Monday on, rising, none touching the other */
  readonly week: readonly (readonly Span[])[]
  /** days on which nothing is open, as days since 1970-01-01 */
  readonly except: readonly number[]
}

/** What some text amounts to. */
export type ParsedWindows =
  | { readonly kind: 'windows'; readonly windows: Windows }
  /** what is wrong, and what to write */
  | { readonly kind: 'rejected'; readonly error: string }

interface Part {
  readonly text: string
  /** 0 is Monday; undefined where none are written */
  readonly days: readonly number[] | undefined
  /** `to` is not after `from` where they run over midnight; undefined where none are written */
  readonly hours: Span | undefined
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const ALL: readonly number[] = DAYS.map((_, day) => day)
const PART = /^(?:([a-z]+)(?:\s*-\s*([a-z]+))?)?(?:(?:^|\s+)(\d.*))?$/i
const HOURS = /^(\d{1,2}:\d\d)\s*-\s*(\d{1,2}:\d\d)$/
const EXAMPLE = 'write mon-fri 08:00-18:00, say'

/**
 * Reads open hours.
 *
 * @param text days, hours or both, several joined by commas: `mon-fri 08:00-18:00, sat 09:00-12:00`; `23:00-05:00` is
 *   every day, over midnight; `sat,sun` are whole days; `24:00` ends a day
 * @param except dates (`2026-12-24`) on which nothing is open: what began the day before ends at midnight; what begins
 *   on such a day and runs over midnight is open from midnight on
 */
export function parseWindows(text: string, except: readonly string[] = []): ParsedWindows {
  const parts: Part[] = []
  // What is written over several lines is one.
  const line = text.trim().replaceAll(/\s+/g, ' ')
  for (const written of line.split(',')) {
    const part = readPart(written.trim())
    if (typeof part === 'string') return rejected(part)
    parts.push(part)
  }
  const unclear = unclearIn(parts)
  if (unclear !== undefined) return rejected(unclear)
  const days: number[] = []
  for (const date of except) {
    const day = readDate(date)
    if (day === undefined) return rejected(`${quote(date)} is no date; write 2026-12-24, say`)
    days.push(day)
  }
  const dates = [...new Set(days)].sort((a, b) => a - b)
  return { kind: 'windows', windows: { text: line, week: weekOf(parts), except: dates } }
}

function readPart(text: string): Part | string {
  if (text === '') return `open hours are missing, or there is a comma too many; ${EXAMPLE}`
  const [, first, last, written] = PART.exec(text) ?? []
  if (first === undefined && written === undefined) return `${quote(text)} is neither days nor hours; ${EXAMPLE}`
  const days = first === undefined ? undefined : readDays(first, last ?? first)
  if (typeof days === 'string') return days
  const hours = written === undefined ? undefined : readHours(written)
  return typeof hours === 'string' ? hours : { text, days, hours }
}

/** `fri-mon` runs over the end of the week. */
function readDays(first: string, last: string): readonly number[] | string {
  const [from, to] = [dayOf(first), dayOf(last)]
  const unknown = from < 0 ? first : to < 0 ? last : undefined
  if (unknown !== undefined) return `${quote(unknown)} is no day; write mon, tue, wed, thu, fri, sat or sun`
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, i) => (from + i) % 7)
}

function dayOf(name: string): number {
  return DAYS.findIndex((day) => day === name.toLowerCase() || day.slice(0, 3) === name.toLowerCase())
}

function readHours(text: string): Span | string {
  const [, first = '', last = ''] = HOURS.exec(text) ?? []
  if (first === '') return `${quote(text)} are no hours; write 08:00-18:00, say`
  const [from, to] = [readTime(first), readTime(last)]
  if (from === undefined || to === undefined) {
    return `${quote(from === undefined ? first : last)} is no time of day; they go from 00:00 to 24:00`
  }
  if (from === millisecondsInDay) return `${quote(text)} begins where the day ends; write 00:00-${last}`
  if (from === to) return `${quote(text)} lasts no time; write 00:00-24:00 for the whole day`
  return { from, to }
}

function readTime(text: string): number | undefined {
  const [hour = 0, minute = 0] = text.split(':').map(Number)
  const ms = (hour * 60 + minute) * 60_000
  return minute < 60 && ms <= millisecondsInDay ? ms : undefined
}

/** Two readings are possible, and a wrong one would be silent: `mon, wed 09:00-12:00`, `mon-fri 08:00-12:00, 14:00-18:00`. */
function unclearIn(parts: readonly Part[]): string | undefined {
  for (const [i, { text, days, hours }] of parts.entries()) {
    const next = parts[i + 1]
    if (hours === undefined && next?.days !== undefined && next.hours !== undefined) {
      const same = `${text} ${next.text.replace(/^\D+/, '')}`
      return `${quote(text)} has no hours, and ${quote(next.text)} has; write ${same}, or ${text} 00:00-24:00 for the whole day`
    }
    const before = parts.slice(0, i).findLast((part) => part.days !== undefined)
    if (days === undefined && before !== undefined) {
      const name = before.text.replace(/\s*\d.*$/, '')
      return `${quote(text)} has no days, and ${quote(before.text)} has; write ${name} ${text}, or mon-sun ${text} for every day`
    }
  }
  return undefined
}

function readDate(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // 30 February would be moved to March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return undefined
  return ms / millisecondsInDay
}

function weekOf(parts: readonly Part[]): readonly (readonly Span[])[] {
  const week = DAYS.map((): Span[] => [])
  for (const { days = ALL, hours = { from: 0, to: millisecondsInDay } } of parts) {
    for (const day of days) {
      if (hours.to > hours.from) week[day]?.push(hours)
      else {
        week[day]?.push({ from: hours.from, to: millisecondsInDay })
        week[(day + 1) % 7]?.push({ from: 0, to: hours.to })
      }
    }
  }
  return week.map(united)
}

/** What overlaps or touches becomes one, so that nothing counts twice. */
function united(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1)
    if (span.from === span.to) continue
    if (last === undefined || span.from > last.to) apart.push(span)
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
  }
  return apart
}

function rejected(error: string): ParsedWindows {
  return { kind: 'rejected', error }
}
