import type { Check, Many, Unit, Vanished } from '../check.ts'
import type { Cause, Severity } from '../types.ts'

/** Every severity, in rising order. */
export const SEVERITIES: readonly Severity[] = ['ok', 'unknown', 'warning', 'critical']

/** What a value can be. */
export const MEASURES = ['age', 'number'] as const

/** What it can mean that a row is gone. */
export const VANISHED: readonly Vanished[] = ['closed', 'unknown', 'warning', 'critical']

/** How many rows can be judged. */
export const JUDGES: readonly Many['judge'][] = ['each', 'any', 'all']

/** How numbers can be read as instants. */
export const UNITS: readonly Unit[] = ['auto', 's', 'ms', 'us', 'ns', 'julian', 'excel', 'dotnet', 'filetime', 'apple']

/** Whose now an age can be measured against. */
export const CLOCKS: readonly Check['clock'][] = ['database', 'local']

const FAULTS: ReadonlySet<Cause> = new Set<Cause>(['unreachable', 'timeout', 'denied', 'invalid', 'failed'])

/** Found by what was read, and beyond its limit. */
const MEASURED: ReadonlySet<Cause> = new Set<Cause>(['age', 'overdue', 'schedule', 'amount'])

/** The place of a severity in the rising order: ok 0, unknown 1, warning 2, critical 3. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

/** The worst of some severities; `ok` of none. */
export function worst(severities: readonly Severity[]): Severity {
  return severities.reduce((a, b) => (rank(b) > rank(a) ? b : a), 'ok')
}

/**
 * The exit code of a monitoring plugin.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#AEN78
 */
export function exitCodeOf(severity: Severity): 0 | 1 | 2 | 3 {
  switch (severity) {
    case 'ok':
      return 0
    case 'warning':
      return 1
    case 'critical':
      return 2
    case 'unknown':
      return 3
  }
}

/** Whether a cause says that nothing could be read, as opposed to what was read. */
export function isFault(cause: Cause): boolean {
  return FAULTS.has(cause)
}

/**
 * Whether one state of an incident is worse than another: a higher severity, or, at the same severity, a cause that
 * turned from "could not be read" into "is silent".
 */
export function isWorse(
  now: { readonly severity: Severity; readonly cause: Cause },
  then: { readonly severity: Severity; readonly cause: Cause },
): boolean {
  if (rank(now.severity) !== rank(then.severity)) return rank(now.severity) > rank(then.severity)
  return MEASURED.has(now.cause) && isFault(then.cause)
}
