import { describe, expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { judge, judgeBlocked, judgeDatabase } from '../../src/core/judge.ts'
import type { Fault, Reading } from '../../src/core/types.ts'
import { aCheck, later, NOON } from './builders.ts'

const beat = (secondsAgo: number, asOf = NOON): Reading => ({
  kind: 'beat',
  at: new Date(asOf.getTime() - secondsAgo * 1_000),
  asOf,
  readAt: NOON,
})
const fault = (kind: Fault['kind'], message = 'words'): Reading => ({
  kind: 'fault',
  fault: { kind, scope: 'check', message },
})

test.each<[string, Reading, string, string]>([
  ['a fresh beat is ok', beat(12), 'ok', 'alive 12 s ago (limit 5 min)'],
  ['a beat at its limit is ok', beat(300), 'ok', 'alive 5 min ago (limit 5 min)'],
  ['a beat just above its limit is not', beat(300.001), 'warning', 'silent for 5 min (limit 5 min)'],
  ['a beat at the second limit is a warning', beat(600), 'warning', 'silent for 10 min (limit 5 min)'],
  ['a beat above both is critical', beat(2_520.9), 'critical', 'silent for 42 min (limit 10 min)'],
  ['a beat a little in the future is fresh', beat(-60), 'ok', 'alive 0 s ago (limit 5 min)'],
  [
    'a beat far in the future is unknown',
    beat(-61),
    'unknown',
    "the last beat lies 1 min 1 s in the future of the database's clock; check the writer's clock and the unit",
  ],
  ['no beat is what missing says', { kind: 'absent', why: 'no row' }, 'unknown', 'no row'],
  ['a fault has its own severity', fault('denied'), 'unknown', 'words'],
  ['hostile words are cleaned', fault('failed', 'a\nb\u001b[2J'), 'unknown', 'a\\nb\\x1b[2J'],
])('%s', (_, reading, severity, summary) => expect(judge(aCheck(), reading)).toMatchObject({ severity, summary }))

test.each<[string, Partial<Check>, Reading, string]>([
  ['missing: ok', { missing: 'ok' }, { kind: 'absent', why: 'no row' }, 'ok'],
  ['missing: critical', { missing: 'critical' }, { kind: 'absent', why: 'no row' }, 'critical'],
  ['faults.denied: critical', { faults: { ...aCheck().faults, denied: 'critical' } }, fault('denied'), 'critical'],
  ['future_tolerance: 1h', { futureTolerance: 3_600 }, beat(-3_600), 'ok'],
])('%s is heeded', (_, changes, reading, severity) => expect(judge(aCheck(changes), reading).severity).toBe(severity))

test('a check with one limit knows no other', () => {
  const { warning: _, ...check } = aCheck()
  expect(judge(check, beat(599))).toMatchObject({
    severity: 'ok',
    summary: 'alive 9 min 59 s ago (limit 10 min)',
  })
  expect(judge(check, beat(601)).severity).toBe('critical')
})

describe('clocks', () => {
  test('a wrong clock of the watching host raises no alarm, and the difference is measured', () => {
    const verdict = judge(aCheck(), beat(10, later(7_200)))
    expect(verdict).toMatchObject({ severity: 'ok', age: 10, skew: 7_200 })
  })

  test('since and the last beat are put on the watching clock', () => {
    const verdict = judge(aCheck(), beat(2_520, later(7_200)))
    expect(verdict).toMatchObject({ since: later(-2_220), lastBeat: later(-2_520), observed: later(7_200 - 2_520) })
  })

  test('clock: local compares with the watching host', () =>
    expect(judge(aCheck({ clock: 'local' }), beat(10, later(-7_200)))).toMatchObject({
      severity: 'critical',
      age: 7_210,
    }))
})

test('a database has a row of its own', () => {
  expect(judgeDatabase('database:mail', undefined, { severity: 'ok', skew: 0.2 })).toMatchObject({
    severity: 'ok',
    summary: 'answers',
    skew: 0.2,
  })
  const refused: Fault = { kind: 'unreachable', scope: 'database', message: 'cannot connect (connection refused)' }
  const down = judgeDatabase('database:mail', refused, { severity: 'critical' })
  expect(down).toMatchObject({
    severity: 'critical',
    cause: 'unreachable',
    summary: 'cannot connect (connection refused)',
  })
  expect(judgeBlocked(aCheck(), down)).toMatchObject({
    severity: 'unknown',
    blockedBy: 'database:mail',
    summary: 'not read: database mail: cannot connect (connection refused)',
  })
})
