import { type Figure, withoutNoise } from '../../core/judge/figure.ts'
import { formatRange, type Range } from '../../core/judge/range.ts'
import { sha256 } from '../../core/sha256.ts'
import type { Metric } from '../../core/types.ts'
import { clean, shorten } from '../../core/words/text.ts'

/** In characters; a longer one ends in a hash. */
const LONGEST_LABEL = 60

/**
 * A figure: `'label'=value[UOM];warn;crit;min`, without empty parts at its end.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#AEN197
 */
export function formatMetric(metric: Metric): string {
  const { name, value, unit, warning, critical, min, written } = metric
  if (written !== undefined) return `${labelOf(name)}=${written}`
  const shown = value === undefined ? 'U' : `${figureOf(metric, value)}${unit}`
  const limits = [warning, critical].map((range) => (range === undefined ? '' : formatBounds(range, metric)))
  return [`${labelOf(name)}=${shown}`, ...limits, min ?? ''].join(';').replace(/;+$/, '')
}

/** A figure that cannot be negative is a duration or a count, and is rounded down. In others each digit may matter. */
function figureOf({ min, digits }: Metric, value: Figure): string {
  if (typeof value === 'bigint') return String(value)
  if (digits !== undefined) return plain(Number(value.toFixed(digits)))
  return plain(min === 0 ? Math.max(0, Math.floor(value)) : withoutNoise(value))
}

/** A limit as a range. If the figure cannot be negative, the lower end is zero anyhow. */
export function formatBounds(range: Range, { min }: Pick<Metric, 'min'>): string {
  const isBare = min === 0 && range.from === Number.NEGATIVE_INFINITY
  return formatRange(isBare ? { ...range, from: 0 } : range, plain)
}

/** Without an exponent, which not every reader of perfdata knows. */
function plain(value: Figure): string {
  const written = String(value)
  if (typeof value === 'bigint' || !written.includes('e')) return written
  // A number with an exponent that is not small is large enough to be whole. toFixed would write an exponent as well.
  return Math.abs(value) < 1 ? value.toFixed(12) : BigInt(value).toString()
}

/** A label must not have these two characters. If one was replaced, a hash keeps the label unique. */
function labelOf(name: string): string {
  const safe = shorten(clean(name).replaceAll(/[='|]/g, '_'), LONGEST_LABEL)
  const whole = safe === name ? safe : `${safe}~${sha256(name).slice(0, 6)}`
  return /^[\w./:~-]+$/.test(whole) ? whole : `'${whole}'`
}
