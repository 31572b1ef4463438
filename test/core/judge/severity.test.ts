import { describe, expect, test } from 'vitest'
import { exitCodeOf, isFault, isWorse, worst } from '../../../src/core/judge/severity.ts'
import type { Cause, Severity } from '../../../src/core/types.ts'

test.each<[readonly Severity[], Severity]>([
  [[], 'ok'],
  [['ok', 'ok'], 'ok'],
  [['unknown', 'ok'], 'unknown'],
  [['warning', 'unknown'], 'warning'],
  [['unknown', 'warning'], 'warning'],
  [['warning', 'critical', 'unknown'], 'critical'],
])('the worst of %j is %s', (severities, expected) => expect(worst(severities)).toBe(expected))

test.each<[Severity, number]>([
  ['ok', 0],
  ['warning', 1],
  ['critical', 2],
  ['unknown', 3],
])('a plugin that says %s exits with %i', (severity, code) => expect(exitCodeOf(severity)).toBe(code))

describe('it is worse', () => {
  test.each<[string, Severity, Cause, Severity, Cause, boolean]>([
    ['at a higher severity', 'critical', 'denied', 'warning', 'age', true],
    ['not at a lower one', 'warning', 'age', 'critical', 'denied', false],
    ['where what could not be read is silent', 'critical', 'age', 'critical', 'unreachable', true],
    ['where what could not be read is overdue', 'critical', 'overdue', 'critical', 'timeout', true],
    ['where what could not be read has missed a run', 'critical', 'schedule', 'critical', 'invalid', true],
    ['where what could not be read is too much', 'critical', 'amount', 'critical', 'failed', true],
    ['not where what is silent cannot be read', 'critical', 'unreachable', 'critical', 'age', false],
    ['not where it is the same', 'critical', 'age', 'critical', 'age', false],
    ['not where it cannot be read for another reason', 'critical', 'denied', 'critical', 'timeout', false],
  ])('%s', (_, severity, cause, before, causeBefore, expected) =>
    expect(isWorse({ severity, cause }, { severity: before, cause: causeBefore })).toBe(expected),
  )
})

test.each<[Cause, boolean]>([
  ['unreachable', true],
  ['timeout', true],
  ['denied', true],
  ['invalid', true],
  ['failed', true],
  ['age', false],
  ['absent', false],
])('that %s is a fault: %s', (cause, expected) => expect(isFault(cause)).toBe(expected))
