import type { Check } from '../check.ts'
import { idOf, titleOf } from '../names.ts'
import type { Fault, Metric, Reading, Severity, Verdict } from '../types.ts'
import { clean, shorten } from '../words/text.ts'
import type { Figure } from './figure.ts'
import { type Limits, limitsOf } from './range.ts'

/** In characters: a summary stands in subjects, on plugin lines and in tables. */
const SUMMARY_LENGTH = 300

export type Head = Pick<Verdict, 'check' | 'item' | 'kind' | 'metrics'>

/** The part of a verdict that says how bad it is, and why. */
export type Finding = Omit<Verdict, 'check' | 'item' | 'kind' | 'metrics'> & { readonly metrics?: readonly Metric[] }

/** The head of a verdict whose figure is not known yet. */
export function headOf(check: Check, reading: Pick<Reading, 'item'> = {}): Head {
  const name = namedOf(check, reading)
  return { ...name, metrics: metricsOf(check, name) }
}

export function namedOf({ name: check }: Pick<Check, 'name'>, { item }: Pick<Reading, 'item'>): Omit<Head, 'metrics'> {
  return item === undefined ? { check, kind: 'check' } : { check, item, kind: 'check' }
}

/** The figures of a check without a value, which name what is missing. */
export function metricsOf(check: Check, name: Omit<Head, 'metrics'>): readonly Metric[] {
  const isCount = name.item === undefined && check.many?.judge === 'each'
  if (isCount) return [{ name: check.name, value: undefined, unit: '', min: 0 }]
  return [metricOf(check, { name: idOf(name), value: undefined, limits: check })]
}

export function metricOf(
  { measure }: Pick<Check, 'measure'>,
  { name, value, limits }: { readonly name: string; readonly value: Figure | undefined; readonly limits: Limits },
): Metric {
  const unit = measure === 'amount' ? '' : 's'
  return { name, value, unit, ...limitsOf(limits), ...(measure === 'age' ? { min: 0 } : {}) }
}

export function findFault(severity: Severity, fault: Fault): Finding {
  const cure = fault.cure === undefined ? {} : { cure: tidy(fault.cure) }
  return { severity, cause: fault.kind, summary: tidy(fault.message), ...cure }
}

/**
 * What is known of a check whose source, or whose `after`, does not answer: nothing. So it is unknown, or ok if that
 * is.
 *
 * @param word what was not done: `not read`
 */
export function findBlocked(
  by: Pick<Verdict, 'check' | 'item' | 'summary'> & { readonly severity?: Severity },
  word: string,
): Finding & { readonly severity: 'ok' | 'unknown' } {
  const severity = by.severity === 'ok' ? 'ok' : 'unknown'
  return { severity, cause: 'blocked', summary: tidy(`${word}: ${titleOf(by)}: ${by.summary}`), blockedBy: by.check }
}

export function tidy(text: string): string {
  return shorten(clean(text), SUMMARY_LENGTH)
}
