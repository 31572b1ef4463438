import type { Measure } from '../measure.ts'
import { parseDuration } from '../time/duration.ts'
import { type Figure, readFigure } from './figure.ts'

/** What a figure should lie in, ends included, or, with `inside`, should not lie in. */
export interface Range {
  /** −∞ where there is no lower end */
  readonly from: Figure
  /** ∞ where there is no upper end */
  readonly to: Figure
  /** where the alerts are */
  readonly alerts: 'outside' | 'inside'
}

/** Where an age or an amount should lie. */
export interface Limits {
  readonly warning?: Range
  readonly critical?: Range
}

/** The limits alone of what has limits. */
export function limitsOf({
  warning,
  critical,
}: {
  readonly warning?: Range | undefined
  readonly critical?: Range | undefined
}): Limits {
  if (warning === undefined) return critical === undefined ? {} : { critical }
  return critical === undefined ? { warning } : { warning, critical }
}

/** Everything up to a limit, itself included: what a bare duration means as a limit of an age. */
export function upTo(limit: number): Range {
  return { from: Number.NEGATIVE_INFINITY, to: limit, alerts: 'outside' }
}

/**
 * Reads a range as monitoring plugins write it: `10` alerts below 0 and above 10, `10:` below 10, `~:10` above 10,
 * `@10:20` inside.
 *
 * @param readEnd reads one end; undefined where it cannot
 * @returns undefined where it is none
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 */
export function parseRange(text: string, readEnd: (end: string) => Figure | undefined = readNumber): Range | undefined {
  const [, at, first = '', colon, second = ''] = /^\s*(@?)([^:@]*)(?:(:)([^:]*))?$/.exec(text) ?? []
  if (at === undefined || (first.trim() === '' && second.trim() === '')) return undefined
  // What is beyond all numbers would be a limit that nothing can breach.
  const readFinite = (end: string) => finiteOf(readEnd(end))
  const ends =
    colon === undefined ? [0, readFinite(first)] : [readStart(first, readFinite), readStop(second, readFinite)]
  const [from, to] = ends
  if (from === undefined || to === undefined || from > to) return undefined
  return { from, to, alerts: at === '' ? 'outside' : 'inside' }
}

function finiteOf(end: Figure | undefined): Figure | undefined {
  return typeof end === 'bigint' || Number.isFinite(end) ? end : undefined
}

function readStart(text: string, readEnd: (end: string) => Figure | undefined): Figure | undefined {
  if (text.trim() === '~') return Number.NEGATIVE_INFINITY
  return text.trim() === '' ? 0 : readEnd(text)
}

function readStop(text: string, readEnd: (end: string) => Figure | undefined): Figure | undefined {
  return text.trim() === '' ? Number.POSITIVE_INFINITY : readEnd(text)
}

function readNumber(text: string): Figure | undefined {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text.trim()) ? readFigure(text.trim()) : undefined
}

/** Whether a figure is where it should not be. One that is equal to an end lies within; what is no number is nowhere. */
export function isBreached({ from, to, alerts }: Range, value: Figure): boolean {
  if (typeof value === 'number' && Number.isNaN(value)) return true
  const isWithin = value >= from && value <= to
  return alerts === 'inside' ? isWithin : !isWithin
}

/** The range as monitoring plugins write it. */
export function formatRange(
  { from, to, alerts }: Range,
  formatEnd: (end: Figure) => string = (end) => String(end),
): string {
  const start = from === Number.NEGATIVE_INFINITY ? '~:' : from === 0 ? '' : `${formatEnd(from)}:`
  const stop = to === Number.POSITIVE_INFINITY ? '' : formatEnd(to)
  const whole = `${start}${stop}`
  return `${alerts === 'inside' ? '@' : ''}${whole === '' ? '0:' : whole}`
}

/** A limit before a deadline: `7d left`. */
const LEFT = /^(.*\S)\s+left$/i

/**
 * Reads a limit: of an age a duration, or a range whose ends are durations; of a deadline also how long before it, as in
 * `7d left`; of an amount a range of numbers.
 *
 * @returns undefined where it is none
 */
export function parseLimit(text: string, measure: Measure): Range | undefined {
  if (measure === 'amount') return parseRange(text)
  const left = measure === 'overdue' ? parseDuration(LEFT.exec(text.trim())?.[1] ?? '') : undefined
  const duration = left === undefined ? parseDuration(text) : -left
  if (duration === undefined) return parseRange(text, parseDuration)
  // One beyond all numbers could never be breached.
  return Number.isFinite(duration) ? upTo(duration) : undefined
}
