import { type Aspect, nameOfSource, type OfSource } from '../names.ts'
import { formatDuration } from '../time/duration.ts'
import type { Fault, Metric, Seconds, Severity, Verdict } from '../types.ts'
import { formatRange, isBreached, type Limits, type Range } from './range.ts'
import { rank } from './severity.ts'
import { findBlocked, findFault, tidy } from './verdict.ts'

/**
 * The verdict on a database itself.
 *
 * @param fault undefined if it answered
 * @param options.severity of a fault of that kind
 */
export function judgeDatabase(
  source: string,
  fault: Fault | undefined,
  options: {
    readonly severity: Severity
    readonly skew?: Seconds | undefined
    readonly response?: Seconds | undefined
    /** whether it has limits, so that its figure stands in a row of its own */
    readonly hasResponseRow?: boolean
  },
): Verdict {
  const skew = options.skew === undefined ? {} : { skew: options.skew }
  const took = options.hasResponseRow === true ? [] : [responseMetric(source, options.response)]
  const metrics: readonly Metric[] = [{ name: `skew_${source}`, value: options.skew, unit: 's' }, ...took]
  const response = options.response === undefined ? {} : { response: options.response }
  const row = { ...headOf(source, 'answer'), kind: 'database' as const, metrics, ...skew, ...response }
  if (fault === undefined) return { ...row, severity: 'ok', cause: 'answered', summary: 'answers' }
  return { ...row, ...findFault(options.severity, fault) }
}

/**
 * The verdict on the clock of a database.
 *
 * @param options.skew how far it is ahead of this host's, in seconds; undefined if the database did not answer
 */
export function judgeClock(
  source: string,
  { skew, limit, by }: { readonly skew: Seconds | undefined; readonly limit: Seconds; readonly by: Verdict },
): Verdict {
  const range = { from: -limit, to: limit, alerts: 'outside' as const }
  const head = headOf(source, 'clock')
  const metrics: readonly Metric[] = [{ name: head.check, value: skew, unit: 's', warning: range }]
  const row = { ...head, kind: 'clock' as const, metrics }
  if (skew === undefined) return { ...row, ...findBlocked(by, 'not read') }
  const summary = `${differenceOf(skew)} (limit ${formatDuration(limit)})`
  if (!isBreached(range, skew)) return { ...row, skew, severity: 'ok', cause: 'skew', summary }
  const cure = 'check on both hosts that NTP keeps the time right'
  return { ...row, skew, severity: 'warning', cause: 'skew', summary, cure }
}

/**
 * The verdict on the response time of a database.
 *
 * @param options.response in seconds; undefined if it did not answer
 */
export function judgeResponse(
  source: string,
  { response, limits, by }: { readonly response: Seconds | undefined; readonly limits: Limits; readonly by: Verdict },
): Verdict {
  const metrics = [responseMetric(source, response, limits)]
  const row = { ...headOf(source, 'response'), kind: 'response' as const, metrics }
  if (response === undefined) return { ...row, ...findBlocked(by, 'not measured') }
  const severity = severityOf(response, limits)
  const range = severity === 'ok' ? (limits.warning ?? limits.critical) : limits[severity]
  const summary = `answered within ${formatSeconds(response)}${range === undefined ? '' : ` (limit ${limitOf(range)})`}`
  return { ...row, severity, cause: 'response', summary }
}

/**
 * The verdict on a check that is read by itself, with how long that took: beyond its limits it is as bad as they say.
 *
 * @param options.response in seconds
 */
export function withResponse(
  verdict: Verdict,
  { response, limits }: { readonly response: Seconds; readonly limits: Limits },
): Verdict {
  if (verdict.item !== undefined) return verdict
  const name = `${verdict.check}_response`
  const metrics = [...verdict.metrics, { name, value: response, unit: 's' as const, ...limits, min: 0, digits: 3 }]
  const severity = severityOf(response, limits)
  const range = severity === 'ok' ? undefined : limits[severity]
  if (range === undefined) return { ...verdict, metrics }
  const took = `answered within ${formatSeconds(response)} (limit ${limitOf(range)})`
  const isWorse = rank(severity) > rank(verdict.severity)
  const summary = isWorse ? `${took}; ${verdict.summary}` : `${verdict.summary}; ${took}`
  const found = isWorse ? { severity, cause: 'response' as const } : {}
  return { ...verdict, ...found, metrics, summary: tidy(summary) }
}

function headOf(source: string, aspect: Aspect): Pick<Verdict, 'check'> & OfSource {
  return { check: nameOfSource(source, aspect), source, aspect }
}

function responseMetric(source: string, response: Seconds | undefined, limits: Limits = {}): Metric {
  return { name: `response_${source}`, value: response, unit: 's', ...limits, min: 0, digits: 3 }
}

function severityOf(value: number, limits: Limits): 'ok' | 'warning' | 'critical' {
  const breached = (range: Range | undefined): boolean => range !== undefined && isBreached(range, value)
  return breached(limits.critical) ? 'critical' : breached(limits.warning) ? 'warning' : 'ok'
}

function limitOf(range: Range): string {
  const isPlain = range.from === Number.NEGATIVE_INFINITY && range.alerts === 'outside'
  return isPlain ? formatSeconds(Number(range.to)) : formatRange(range)
}

function formatSeconds(seconds: Seconds): string {
  return seconds < 60 ? `${Number(seconds.toFixed(3))} s` : formatDuration(seconds)
}

/** The difference of two clocks in words, below a minute with tenths of a second. */
export function differenceOf(skew: Seconds): string {
  const length = Math.abs(skew)
  const words = length < 59.95 ? `${Number(length.toFixed(1))} s` : formatDuration(length)
  return `${words} ${skew < 0 ? 'behind' : 'ahead of'} this host's`
}
