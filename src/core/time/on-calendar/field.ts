import { quote } from '../../words/text.ts'
import type { CalendarField, Part } from './spec.ts'
import { SECOND_US, YEARS } from './spec.ts'

/** What a part of an expression counts. */
export interface CalendarFieldKind {
  readonly name: string
  readonly names: string
  readonly low: number
  readonly high: number
  /** microseconds in its unit, where it may have a fraction; otherwise 1 */
  readonly unit: number
}

/** The parts of an expression. */
export const KINDS = {
  year: { name: 'year', names: 'years', ...YEARS, unit: 1 },
  month: { name: 'month', names: 'months', low: 1, high: 12, unit: 1 },
  day: { name: 'day', names: 'days', low: 1, high: 31, unit: 1 },
  // Beyond these a short month has none.
  lastDay: { name: 'day', names: 'days before it', low: 1, high: 28, unit: 1 },
  hour: { name: 'hour', names: 'hours', low: 0, high: 23, unit: 1 },
  minute: { name: 'minute', names: 'minutes', low: 0, high: 59, unit: 1 },
  second: { name: 'second', names: 'seconds', low: 0, high: 60 * SECOND_US - 1, unit: SECOND_US },
} as const satisfies Readonly<Record<string, CalendarFieldKind>>

/** Longer lists are refused by systemd. */
const MOST_PARTS = 241

const PART = /^(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?))?(?:\/(\d+(?:\.\d+)?))?$/

/**
 * Reads a list of values, ranges and steps.
 *
 * @returns what is wrong, and what to write, where systemd refuses it
 */
export function readField(kind: CalendarFieldKind, text: string): { readonly field: CalendarField } | string {
  if (text === '*') {
    return { field: kind.unit === 1 ? undefined : [{ text, first: 0, last: undefined, step: SECOND_US }] }
  }
  const words = text.split(',')
  if (words.length > MOST_PARTS) return `${quote(text)} has more than ${MOST_PARTS} ${kind.names}`
  const parts: Part[] = []
  for (const word of words) {
    const part = readPart(kind, word)
    if (typeof part === 'string') return part
    parts.push(part)
  }
  const error = kind === KINDS.lastDay ? crowdedOf(text, parts) : undefined
  return error ?? { field: parts }
}

function readPart(kind: CalendarFieldKind, text: string): Part | string {
  const [, firstText, lastText, stepText] = PART.exec(text) ?? []
  if (firstText === undefined || (kind.unit === 1 && text.replaceAll('..', '').includes('.'))) return noPart(kind, text)
  const first = yearOf(kind, numberOf(kind, firstText))
  const last = lastText === undefined ? undefined : yearOf(kind, numberOf(kind, lastText))
  const step = stepText === undefined ? undefined : numberOf(kind, stepText)
  const part = { text, first, last, step: step ?? (last === undefined ? 0 : kind.unit) }
  return objection(kind, part, step) ?? (last === undefined ? part : wholeSteps(part, last))
}

function noPart(kind: CalendarFieldKind, text: string): string {
  const step = /^\*\/(\d+)$/.exec(text)?.[1]
  if (step === undefined) return `${quote(text)} is no ${kind.name}`
  return `${quote(text)} is no step: systemd counts from a number; write ${kind.low === 0 ? 0 : 1}/${step}`
}

/** Why systemd refuses it. `written` is the step that stands there, if any. */
function objection(
  kind: CalendarFieldKind,
  { text, first, last, step }: Part,
  written: number | undefined,
): string | undefined {
  if (written === 0) return `${quote(text)} has a step of 0; leave it out`
  const outside = [first, last ?? first].find((value) => value < kind.low || value > kind.high)
  if (outside !== undefined) return outsideOf(kind, outside)
  if (step > kind.high - kind.low) return neverRepeats(kind, text)
  if (last === undefined) return fits(kind, first, step) ? undefined : neverRepeats(kind, text)
  if (last < first) return backwardsOf(kind, text, { first, last })
  const isOne = kind.unit > 1 && last === first && written === undefined
  return isOne ? `${quote(text)} is refused by systemd; write ${first / kind.unit}` : undefined
}

function neverRepeats(kind: CalendarFieldKind, text: string): string {
  return `${quote(text)} never repeats: ${boundsOf(kind)}`
}

/** A range ends with its last step. */
function wholeSteps(part: Part, last: number): Part {
  const end = last - ((last - part.first) % part.step)
  return end === part.first ? { ...part, last: undefined, step: 0 } : { ...part, last: end }
}

/** systemd leaves less room for each further day: the second may be 25, the third 22, and so on. */
function crowdedOf(text: string, parts: readonly Part[]): string | undefined {
  const seen = new Set<string>()
  const ordered = parts
    .toSorted((a, b) => a.first - b.first || (a.last ?? -1) - (b.last ?? -1) || a.step - b.step)
    .filter(({ first, last, step }) => {
      const isNew = !seen.has(`${first}..${last}/${step}`)
      seen.add(`${first}..${last}/${step}`)
      return isNew
    })
  const beyond = ordered.findIndex(({ first, last, step }, i) => {
    const high = KINDS.lastDay.high - 3 * i
    return Math.max(first, last ?? first) > high || step > high - 1
  })
  if (beyond < 0) return undefined
  return `${quote(text)} is refused by systemd: a list of last days has room for ${KINDS.lastDay.high - 3 * beyond} as its number ${beyond + 1}`
}

/** From the end of a month the next ones have smaller numbers. */
function fits(kind: CalendarFieldKind, first: number, step: number): boolean {
  return kind === KINDS.lastDay ? first - step >= kind.low || step === 0 : first + step <= kind.high
}

function numberOf({ unit }: CalendarFieldKind, text: string): number {
  const [whole = '', fraction = ''] = text.split('.')
  if (unit === 1) return Number(whole)
  // systemd rounds at the seventh digit.
  const digits = fraction.padEnd(7, '0')
  return Number(whole) * unit + Number(digits.slice(0, 6)) + (Number(digits[6]) >= 5 ? 1 : 0)
}

/** 26 is 2026, 89 is 1989. */
function yearOf(kind: CalendarFieldKind, value: number): number {
  if (kind !== KINDS.year || value >= 100) return value
  return value < 70 ? 2000 + value : 1900 + value
}

function outsideOf(kind: CalendarFieldKind, value: number): string {
  const written = Math.floor(value / kind.unit)
  if (kind === KINDS.lastDay) return `${written} is too far from the end of a month: ${boundsOf(kind)}`
  const cure = kind === KINDS.hour && written === 24 ? '; write 00:00' : ''
  return `${written} is no ${kind.name}: ${boundsOf(kind)}${cure}`
}

function boundsOf({ names, low, high, unit }: CalendarFieldKind): string {
  return `${names} go from ${low} to ${Math.floor(high / unit)}`
}

function backwardsOf(kind: CalendarFieldKind, text: string, { first, last }: { first: number; last: number }): string {
  const [from, to] = [first / kind.unit, last / kind.unit]
  if (kind === KINDS.lastDay) return `${quote(text)} runs backwards; write ${to}..${from}`
  if (kind === KINDS.year) return `${quote(text)} runs backwards; write ${to}..${from}`
  const ranges = [
    [from, Math.floor(kind.high / kind.unit)],
    [kind.low, to],
  ].map(([low, high]) => (low === high ? `${low}` : `${low}..${high}`))
  return `${quote(text)} runs backwards; write ${ranges.join(',')}`
}
