import type { Check, Many, Unit, Vanished } from '../check.ts'
import type { Cause, Severity } from '../types.ts'
import type { By } from './movement.ts'

/** In rising order. */
export const SEVERITIES: readonly Severity[] = ['ok', 'unknown', 'warning', 'critical']

export const MEASURES = ['age', 'number'] as const

export const VANISHED: readonly Vanished[] = ['closed', 'unknown', 'warning', 'critical']

export const JUDGES: readonly Many['judge'][] = ['each', 'any', 'all']

export const UNITS: readonly Unit[] = ['auto', 's', 'ms', 'us', 'ns', 'julian', 'excel', 'dotnet', 'filetime', 'apple']

export const BYS: readonly By['kind'][] = ['change', 'rate']

export const CLOCKS: readonly Check['clock'][] = ['database', 'local']

/** The severities in falling order. */
export const FROM_WORST: readonly Severity[] = SEVERITIES.toReversed()

const FAULTS: ReadonlySet<Cause> = new Set<Cause>(['unreachable', 'timeout', 'denied', 'invalid', 'failed'])

/** Causes that were measured, and are beyond a limit. */
const MEASURED: ReadonlySet<Cause> = new Set<Cause>(['age', 'overdue', 'schedule', 'amount', 'judged'])

export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

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

/** Whether nothing could be read. */
export function isFault(cause: Cause): boolean {
  return FAULTS.has(cause)
}

/**
 * Whether one state of an incident is worse than another: a higher severity, or at the same severity "could not be
 * read" that turned into "is silent".
 */
export function isWorse(
  now: { readonly severity: Severity; readonly cause: Cause },
  then: { readonly severity: Severity; readonly cause: Cause },
): boolean {
  if (rank(now.severity) !== rank(then.severity)) return rank(now.severity) > rank(then.severity)
  return MEASURED.has(now.cause) && isFault(then.cause)
}
