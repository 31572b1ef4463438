import type { Reading } from '../../core/types.ts'
import type { SqlCheck } from './look.ts'
import type { Question } from './question.ts'

type Readings = ReadonlyMap<string, readonly Reading[]>

/** The checks of a question that found nothing where something ought to be. */
export function lackingIn(readings: Readings, { checks }: Question): readonly SqlCheck[] {
  return checks.filter(
    (check) => check.missing !== 'ok' && readings.get(check.name)?.some((reading) => isNothing(reading, check)),
  )
}

/** Of a key a value is there that means never; of SQL nobody knows whether NULL stands for no row. */
export function isNothing(reading: Reading, { look, many }: SqlCheck): boolean {
  if (reading.kind === 'absent') return reading.raw === undefined || look.kind === 'query'
  return reading.kind === 'rows' && reading.count < Math.max(1, many?.minRows ?? 0)
}
