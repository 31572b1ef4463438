import type { Check } from '../../core/check.ts'
import { mistakeInReadings } from '../../core/judge/answer.ts'
import { child, isMapping } from '../../core/shape/tree.ts'
import { parseTimestamp } from '../../core/time/timestamp.ts'
import type { Reading } from '../../core/types.ts'
import { invalidReading } from '../value.ts'

/**
 * What a module has brought. It may be anything.
 *
 * @param now stands for `asOf` and `readAt` where they are missing
 */
export function readingFrom(check: Check, brought: unknown, now: Date): Reading {
  if (!isMapping(brought)) return invalidReading('it brought something that is no reading')
  const whole = child(brought, 'kind') === 'beat' ? beatFrom(check, brought, now) : withoutMemory(brought)
  if (typeof whole === 'string') return invalidReading(whole)
  const mistake = whole.item === undefined ? mistakeInReadings([whole]) : 'an item, and only one reading is read'
  if (mistake !== undefined) return invalidReading(`it brought ${mistake}`)
  return whyUnfit(check, whole) ?? whole
}

function withoutMemory({ memory: _, ...reading }: Readonly<Record<string, unknown>>): Reading {
  // It is looked at next.
  const whole: unknown = child(reading, 'kind') === 'fault' ? { ...reading, fault: faultIn(reading) } : reading
  return whole as Reading
}

function faultIn(reading: unknown): unknown {
  const fault = child(reading, 'fault')
  return isMapping(fault) ? { ...fault, scope: 'check' } : fault
}

function beatFrom(check: Check, brought: Readonly<Record<string, unknown>>, now: Date): Reading | string {
  const [at, asOf, readAt] = ['at', 'asOf', 'readAt'].map((key) =>
    instantOf(check, brought[key] ?? (key === 'at' ? null : now)),
  )
  const wrong = [at, asOf, readAt].find((instant) => typeof instant === 'string')
  if (wrong !== undefined) return wrong
  return { ...withoutMemory(brought), kind: 'beat', at, asOf, readAt } as Reading
}

/** A Date, ISO text, or seconds or milliseconds since 1970; else what is wrong with it. */
function instantOf(check: Check, written: unknown): Date | string {
  if (written instanceof Date) return written
  const isNumber = typeof written === 'number' || typeof written === 'bigint'
  if (!isNumber && typeof written !== 'string') return 'it brought a beat without a time'
  const value = { text: String(written), type: isNumber ? 'number' : 'text', typeName: typeof written } as const
  const timestamp = parseTimestamp(value, check)
  return timestamp.kind === 'instant' ? timestamp.at : `it brought a beat whose time is none: ${timestamp.why}`
}

function whyUnfit({ measure }: Check, { kind }: Reading): Reading | undefined {
  if (kind === 'amount' && measure !== 'amount') return invalidReading('it brought a number', 'write measure: number')
  if (kind === 'beat' && measure === 'amount') return invalidReading('it brought a time', 'leave out measure: number')
  return kind === 'rows' ? invalidReading('it brought a count of rows, and only one reading is read') : undefined
}
