import type { Remark } from '../incident/remark.ts'
import { isObject } from '../own.ts'
import type { Answer } from '../ports.ts'
import type { Fault, FaultKind, Judged, Metric, Reading } from '../types.ts'
import { SEVERITIES } from './severity.ts'

/**
 * What is wrong with a source's answer as a whole. Sources may be anybody's, so what they return is checked.
 *
 * @returns what it gave instead; undefined if it is a valid answer
 */
export function mistakeInAnswer(answer: Answer): string | undefined {
  if (!isObject(answer)) return 'something that is no answer'
  const { fault, readings, clocks, response, remarks = [], memory = new Map() } = answer
  if (fault !== undefined) return mistakeInFault(fault)
  if (!(readings instanceof Map)) return 'an answer without readings'
  if (clocks !== undefined && !(isObject(clocks) && isInstant(clocks.asOf) && isInstant(clocks.readAt))) {
    return 'clocks that show no time'
  }
  if (response !== undefined && !(Number.isFinite(response) && response >= 0)) {
    return 'a response that is no time'
  }
  if (!(Array.isArray(remarks) && remarks.every(isRemark))) return 'remarks that say nothing'
  return memory instanceof Map ? undefined : 'a memory that is none'
}

function isRemark(remark: Remark): boolean {
  return isObject(remark) && typeof remark.key === 'string' && typeof remark.text === 'string'
}

/**
 * What is wrong with the readings of one check. Exactly one must be of the check itself, or it would be judged twice or
 * not at all.
 *
 * @returns what it gave instead; undefined if they can be judged
 */
export function mistakeInReadings(readings: readonly Reading[]): string | undefined {
  if (!Array.isArray(readings)) return 'something that is no list of readings'
  let own = 0
  for (const reading of readings) {
    const mistake = mistakeIn(reading)
    if (mistake !== undefined) return mistake
    if (reading.item === undefined) own += 1
  }
  return own === 1 ? undefined : `${own} readings of the check itself`
}

function mistakeIn(reading: Reading): string | undefined {
  if (!isObject(reading)) return 'something that is no reading'
  const { item = '', raw = { text: '' }, limits = {}, cure = '', about = '' } = reading
  const isValue = isObject(raw) && (raw.text === null || typeof raw.text === 'string')
  if (typeof item !== 'string' || !isValue || !isObject(limits)) return 'an item, a value or limits that are none'
  if (typeof cure !== 'string') return 'a cure that is no text'
  if (typeof about !== 'string') return 'words that are no text'
  return mistakeInKind(reading)
}

function mistakeInKind(reading: Reading): string | undefined {
  switch (reading.kind) {
    case 'beat': {
      const { at, asOf, readAt } = reading
      return [at, asOf, readAt].every(isInstant) ? undefined : 'a beat without a time'
    }
    case 'amount':
      return isAmount(reading.value) ? undefined : 'an amount that is no number'
    case 'absent':
    case 'endless':
      return typeof reading.why === 'string' ? undefined : 'no reason for what it says'
    case 'rows':
      return Number.isInteger(reading.count) && reading.count >= 0 ? undefined : 'no number of rows'
    case 'judged':
      return isJudged(reading) ? undefined : 'a judgement without a severity or words'
    case 'fault':
      return mistakeInFault(reading.fault)
  }
  return 'a reading of a kind that nobody knows'
}

function isJudged({ severity, summary, metrics = [], since, tail = [] }: Judged): boolean {
  const isMetric = (metric: Metric): boolean => isObject(metric) && typeof metric.name === 'string'
  const isKnown = (SEVERITIES as readonly unknown[]).includes(severity)
  const isTail = Array.isArray(tail) && tail.every((line) => typeof line === 'string')
  if (!isTail || (since !== undefined && !isInstant(since))) return false
  return isKnown && typeof summary === 'string' && Array.isArray(metrics) && metrics.every(isMetric)
}

const FAULT_KINDS: ReadonlySet<FaultKind> = new Set(['unreachable', 'timeout', 'denied', 'invalid', 'failed'])

function mistakeInFault(fault: Fault): string | undefined {
  if (!(isObject(fault) && FAULT_KINDS.has(fault.kind) && typeof fault.message === 'string')) {
    return 'a fault that says nothing'
  }
  if (fault.cure !== undefined && typeof fault.cure !== 'string') return 'a cure that is no text'
  return undefined
}

function isInstant(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

function isAmount(value: unknown): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isNaN(value))
}
