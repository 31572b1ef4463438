import type { Check } from './check.ts'
import { parseDuration } from './duration.ts'
import { parseRange, type Range, upTo } from './range.ts'

/**
 * Reads a limit: of an age a duration, or a range whose ends are durations; of an amount a range of numbers.
 *
 * @returns undefined where it is none
 */
export function parseLimit(text: string, measure: Check['measure']): Range | undefined {
  if (measure === 'amount') return parseRange(text)
  const duration = parseDuration(text)
  if (duration === undefined) return parseRange(text, parseDuration)
  // One beyond all numbers could never be breached.
  return Number.isFinite(duration) ? upTo(duration) : undefined
}
