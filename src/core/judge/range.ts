import { parseDuration } from '../time/duration.ts'
import { type Figure, readFigure } from './figure.ts'
import type { Measure } from './measure.ts'

/** Where a figure should lie (`outside`) or should not lie (`inside`), both ends included. */
export interface Range {
  readonly from: Figure
  readonly to: Figure
  readonly alerts: 'outside' | 'inside'
}

export interface Limits {
  readonly warning?: Range
  readonly critical?: Range
}

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

/** Everything up to a limit, inclusive: a bare duration as the limit of an age. */
export function upTo(limit: number): Range {
  return { from: Number.NEGATIVE_INFINITY, to: limit, alerts: 'outside' }
}

/**
 * Reads a range as monitoring plugins write it: `10` alerts below 0 and above 10, `10:` below 10, `~:10` above 10,
 * `@10:20` inside.
 *
 * @param readEnd reads one end; undefined if it cannot
 * @returns undefined if the text is not a range
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 */
export function parseRange(text: string, readEnd: (end: string) => Figure | undefined = readNumber): Range | undefined {
  const [, at, first = '', colon, second = ''] = /^\s*(@?)([^:@]*)(?:(:)([^:]*))?$/.exec(text) ?? []
  if (at === undefined || (first.trim() === '' && second.trim() === '')) return undefined
  // Nothing could ever breach an infinite limit, so it is refused as an end.
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

/** Whether a figure is where it should not be. An end itself lies within. NaN breaches nothing. */
export function isBreached({ from, to, alerts }: Range, value: Figure): boolean {
  if (typeof value === 'number' && Number.isNaN(value)) return true
  const isWithin = value >= from && value <= to
  return alerts === 'inside' ? isWithin : !isWithin
}

export function formatRange(
  { from, to, alerts }: Range,
  formatEnd: (end: Figure) => string = (end) => String(end),
): string {
  const start = from === Number.NEGATIVE_INFINITY ? '~:' : from === 0 ? '' : `${formatEnd(from)}:`
  const stop = to === Number.POSITIVE_INFINITY ? '' : formatEnd(to)
  const whole = `${start}${stop}`
  return `${alerts === 'inside' ? '@' : ''}${whole === '' ? '0:' : whole}`
}

const LEFT = /^(.*\S)\s+left$/i

/**
 * Reads a limit: for an age a duration, or a range of durations; for a deadline also `7d left`; for an amount a range
 * of numbers.
 *
 * @returns undefined if the text is not a limit
 */
export function parseLimit(text: string, measure: Measure): Range | undefined {
  if (measure === 'amount') return parseRange(text)
  const left = measure === 'overdue' ? parseDuration(LEFT.exec(text.trim())?.[1] ?? '') : undefined
  const duration = left === undefined ? parseDuration(text) : -left
  if (duration === undefined) return parseRange(text, parseDuration)
  return Number.isFinite(duration) ? upTo(duration) : undefined
}
