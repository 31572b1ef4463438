import { formatDuration } from './duration.ts'
import { clean, shorten } from './text.ts'
import type { Check, Fault, Metric, Reading, Seconds, Severity, Verdict } from './types.ts'

/** How long a summary may be, in characters: it stands in subjects, on plugin lines and in tables. */
const SUMMARY_LENGTH = 300

/** Judges what a source said about a check. */
export function judge(check: Check, reading: Reading): Verdict {
  switch (reading.kind) {
    case 'beat':
      return judgeBeat(check, reading)
    case 'absent':
      return { ...base(check), severity: check.missing, cause: 'absent', summary: tidy(reading.why) }
    case 'fault':
      return { ...base(check), ...judgeFault(check.faults[reading.fault.kind], reading.fault) }
  }
}

/** The verdict on a check about which nothing is known, because what it hangs on does not answer. */
export function judgeBlocked(check: Check, by: Verdict): Verdict {
  const summary = tidy(`not read: ${titleOf(by.check)}: ${by.summary}`)
  return { ...base(check), severity: 'unknown', cause: 'blocked', summary, blockedBy: by.check }
}

/**
 * The verdict on a database itself.
 *
 * @param name `database:NAME`
 * @param fault undefined where it answered
 * @param options.severity of a fault of that kind
 */
export function judgeDatabase(
  name: string,
  fault: Fault | undefined,
  options: { readonly severity: Severity; readonly skew?: Seconds },
): Verdict {
  const skew = options.skew === undefined ? {} : { skew: options.skew }
  const row = { check: name, kind: 'database' as const, metrics: [], ...skew }
  if (fault === undefined) return { ...row, severity: 'ok', cause: 'answered', summary: 'answers' }
  return { ...row, ...judgeFault(options.severity, fault) }
}

/** A check's or database's name as a person reads it: `mdx`, `database mail`. */
export function titleOf(check: string): string {
  return check.startsWith('database:') ? `database ${check.slice('database:'.length)}` : check
}

function base(check: Check): Pick<Verdict, 'check' | 'kind' | 'metrics'> {
  return { check: check.name, kind: 'check', metrics: [ageMetric(check, undefined)] }
}

function judgeFault(severity: Severity, fault: Fault): Pick<Verdict, 'severity' | 'cause' | 'summary' | 'cure'> {
  const cure = fault.cure === undefined ? {} : { cure: tidy(fault.cure) }
  return { severity, cause: fault.kind, summary: tidy(fault.message), ...cure }
}

function judgeBeat(check: Check, reading: Extract<Reading, { kind: 'beat' }>): Verdict {
  const now = reading.readAt
  const asOf = check.clock === 'local' ? now : reading.asOf
  const age = secondsBetween(reading.at, asOf)
  const seen = {
    ...base(check),
    age,
    observed: reading.at,
    // The length is the source's, the end is ours: a wrong clock over there moves nothing here.
    lastBeat: new Date(now.getTime() - age * 1_000),
    skew: secondsBetween(now, reading.asOf),
    metrics: [ageMetric(check, age)],
  }
  if (-age > check.futureTolerance) {
    const summary = `the last beat lies ${formatDuration(-age)} in the future; check the clocks and the unit`
    return { ...seen, severity: 'unknown', cause: 'future', summary }
  }
  const breached = breachedLimits(check, age)
  const gravest = breached.at(-1)
  const lowest = breached[0]
  if (gravest === undefined || lowest === undefined) {
    return {
      ...seen,
      severity: 'ok',
      cause: 'age',
      summary: `alive ${formatDuration(Math.max(0, age))} ago (${limitsOf(check)})`,
    }
  }
  const summary = `silent for ${formatDuration(age)} (limit ${formatDuration(gravest.limit)})`
  const since = new Date(now.getTime() - (age - lowest.limit) * 1_000)
  return { ...seen, severity: gravest.severity, cause: 'age', summary, since, limit: gravest.limit }
}

/**
 * The limits that an age breaches, the lowest first. An age equal to a limit does not breach it; it is compared
 * unrounded.
 */
function breachedLimits(
  check: Check,
  age: Seconds,
): readonly { readonly severity: Severity; readonly limit: Seconds }[] {
  const limits = [
    { severity: 'warning' as const, limit: check.warning },
    { severity: 'critical' as const, limit: check.critical },
  ]
  return limits.flatMap(({ severity, limit }) => (limit !== undefined && age > limit ? [{ severity, limit }] : []))
}

function limitsOf(check: Check): string {
  const lowest = check.warning ?? check.critical
  return `limit ${formatDuration(lowest ?? 0)}`
}

function ageMetric(check: Check, age: Seconds | undefined): Metric {
  const limits = {
    ...(check.warning === undefined ? {} : { warning: check.warning }),
    ...(check.critical === undefined ? {} : { critical: check.critical }),
  }
  return { name: check.name, value: age, unit: 's', min: 0, ...limits }
}

function secondsBetween(from: Date, to: Date): Seconds {
  return (to.getTime() - from.getTime()) / 1_000
}

function tidy(text: string): string {
  return shorten(clean(text), SUMMARY_LENGTH)
}
