import type { Check, Many, Unit, Vanished } from './check.ts'
import type { Severity } from './types.ts'

/** Every severity, in rising order. */
export const SEVERITIES: readonly Severity[] = ['ok', 'unknown', 'warning', 'critical']

/** What a value can be. */
export const MEASURES = ['age', 'number'] as const

/** What it can mean that a row is gone. */
export const VANISHED: readonly Vanished[] = ['closed', 'unknown', 'warning', 'critical']

/** How many rows can be judged. */
export const JUDGES: readonly Many['judge'][] = ['each', 'any', 'all']

/** How numbers can be read as instants. */
export const UNITS: readonly Unit[] = ['auto', 's', 'ms', 'us', 'ns', 'julian']

/** Whose now an age can be measured against. */
export const CLOCKS: readonly Check['clock'][] = ['database', 'local']
