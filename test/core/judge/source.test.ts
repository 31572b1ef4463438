import { describe, expect, test } from 'vitest'
import { type Limits, type Range, upTo } from '../../../src/core/judge/range.ts'
import { judgeClock, judgeDatabase, judgeResponse } from '../../../src/core/judge/source.ts'
import type { Fault } from '../../../src/core/types.ts'

const refused: Fault = {
  kind: 'unreachable',
  scope: 'source',
  message: 'refused\nthe connection',
  cure: 'start it\tnow',
}
const well = judgeDatabase('mail', undefined, { severity: 'ok' })
const down = judgeDatabase('mail', refused, { severity: 'critical' })
const forgiven = judgeDatabase('mail', refused, { severity: 'ok' })
const skewOf = (value: number | undefined) => ({ name: 'skew_mail', value, unit: 's' })
const responseOf = (value: number | undefined, limits: Limits = {}) => ({
  name: 'response_mail',
  value,
  unit: 's',
  ...limits,
  min: 0,
  digits: 3,
})

describe('a database', () => {
  test('that answers has the difference of its clock, and how long it took', () =>
    expect(judgeDatabase('mail', undefined, { severity: 'ok', skew: 0.2, response: 0.05 })).toStrictEqual({
      check: 'database:mail',
      source: 'mail',
      aspect: 'answer',
      kind: 'database',
      metrics: [skewOf(0.2), responseOf(0.05)],
      skew: 0.2,
      response: 0.05,
      severity: 'ok',
      cause: 'answered',
      summary: 'answers',
    }))

  test('of whose answer nothing was measured has no figures', () =>
    expect(judgeDatabase('mail', undefined, { severity: 'ok' })).toStrictEqual({
      check: 'database:mail',
      source: 'mail',
      aspect: 'answer',
      kind: 'database',
      metrics: [skewOf(undefined), responseOf(undefined)],
      severity: 'ok',
      cause: 'answered',
      summary: 'answers',
    }))

  test('that does not answer says why, and what to do, each in one line', () =>
    expect(judgeDatabase('mail', refused, { severity: 'critical' })).toStrictEqual({
      check: 'database:mail',
      source: 'mail',
      aspect: 'answer',
      kind: 'database',
      metrics: [skewOf(undefined), responseOf(undefined)],
      severity: 'critical',
      cause: 'unreachable',
      summary: String.raw`refused\nthe connection`,
      cure: String.raw`start it\tnow`,
    }))

  test('leaves how long it took to the row that has limits of that', () =>
    expect(judgeDatabase('mail', undefined, { severity: 'ok', response: 0.05, hasResponseRow: true })).toMatchObject({
      metrics: [skewOf(undefined)],
      response: 0.05,
    }))
})

describe('the clock of a database', () => {
  const range: Range = { from: -30, to: 30, alerts: 'outside' }
  const row = (value: number | undefined) => ({
    check: 'clock:mail',
    source: 'mail',
    aspect: 'clock',
    kind: 'clock',
    metrics: [{ name: 'clock:mail', value, unit: 's', warning: range }],
  })

  test('that is right is well', () =>
    expect(judgeClock('mail', { skew: -0.04, limit: 30, by: well })).toStrictEqual({
      ...row(-0.04),
      skew: -0.04,
      severity: 'ok',
      cause: 'skew',
      summary: "0 s behind this host's (limit 30 s)",
    }))

  test('that is wrong says what to look at', () =>
    expect(judgeClock('mail', { skew: 31, limit: 30, by: well })).toStrictEqual({
      ...row(31),
      skew: 31,
      severity: 'warning',
      cause: 'skew',
      summary: "31 s ahead of this host's (limit 30 s)",
      cure: 'check on both hosts that NTP keeps the time right',
    }))

  test.each([
    ['unknown where it does not answer', down, 'unknown'],
    ['well where that counts as well', forgiven, 'ok'],
  ])('is %s', (_, by, severity) =>
    expect(judgeClock('mail', { skew: undefined, limit: 30, by })).toStrictEqual({
      ...row(undefined),
      severity,
      cause: 'blocked',
      summary: String.raw`not read: database mail: refused\nthe connection`,
      blockedBy: 'database:mail',
    }),
  )

  test.each([
    [59.94, "59.9 s ahead of this host's"],
    [59.95, "59 s ahead of this host's"],
    [-60, "1 min behind this host's"],
  ])('that differs by %d seconds is %s', (skew, words) =>
    expect(judgeClock('mail', { skew, limit: 30, by: well }).summary).toBe(`${words} (limit 30 s)`),
  )
})

describe('how long a database took', () => {
  const both: Limits = { warning: upTo(1), critical: upTo(5) }
  const judged = (response: number | undefined, limits: Limits = both, by = well) =>
    judgeResponse('mail', { response, limits, by })

  test('has a row of its own, with its limits', () =>
    expect(judged(0.0504)).toStrictEqual({
      check: 'response:mail',
      source: 'mail',
      aspect: 'response',
      kind: 'response',
      metrics: [responseOf(0.0504, both)],
      severity: 'ok',
      cause: 'response',
      summary: 'answered within 0.05 s (limit 1 s)',
    }))

  test.each([
    ['unknown where it does not answer', down, 'unknown'],
    ['well where that counts as well', forgiven, 'ok'],
  ])('is %s', (_, by, severity) =>
    expect(judged(undefined, both, by)).toStrictEqual({
      check: 'response:mail',
      source: 'mail',
      aspect: 'response',
      kind: 'response',
      metrics: [responseOf(undefined, both)],
      severity,
      cause: 'blocked',
      summary: String.raw`not measured: database mail: refused\nthe connection`,
      blockedBy: 'database:mail',
    }),
  )

  const outside: Range = { from: 0.01, to: 5, alerts: 'outside' }
  const inside: Range = { from: Number.NEGATIVE_INFINITY, to: 0.01, alerts: 'inside' }
  test.each<[string, number, Limits, string, string]>([
    ['at its limit', 1, both, 'ok', '1 s (limit 1 s)'],
    ['above the first', 1.001, both, 'warning', '1.001 s (limit 1 s)'],
    ['above both', 5.5, both, 'critical', '5.5 s (limit 5 s)'],
    ['above the only one', 5.5, { critical: upTo(5) }, 'critical', '5.5 s (limit 5 s)'],
    ['below the only one', 4.5, { critical: upTo(5) }, 'ok', '4.5 s (limit 5 s)'],
    ['below a limit of a minute', 59.9, { warning: upTo(60) }, 'ok', '59.9 s (limit 1 min)'],
    ['minutes', 90, { warning: upTo(60) }, 'warning', '1 min 30 s (limit 1 min)'],
    ['faster than may be', 0.001, { critical: outside }, 'critical', '0.001 s (limit 0.01:5)'],
    ['within what should not be', 0.001, { warning: inside }, 'warning', '0.001 s (limit @~:0.01)'],
    ['without any limit', 3, {}, 'ok', '3 s'],
  ])('%s', (_, response, limits, severity, words) =>
    expect(judged(response, limits)).toMatchObject({ severity, summary: `answered within ${words}` }),
  )
})
