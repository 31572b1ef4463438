import { describe, expect, test } from 'vitest'
import { mistakeInAnswer, mistakeInReadings } from '../../../src/core/judge/answer.ts'

const NOW = new Date('2026-11-29T12:00:00Z')
const NEVER = new Date(Number.NaN)
const BEAT = { kind: 'beat', at: NOW, asOf: NOW, readAt: NOW }
const READINGS = new Map()

/** Types promise what they cannot keep: a source of somebody else's may hand back anything. */
function given<T>(value: unknown): T {
  return value as T
}

describe('an answer', () => {
  test.each<[string, unknown]>([
    ['readings alone', { readings: READINGS }],
    ['clocks and a response', { readings: READINGS, clocks: { asOf: NOW, readAt: NOW }, response: 0.2 }],
    ['a fault', { readings: READINGS, fault: { kind: 'denied', scope: 'source', message: 'no', cure: 'yes' } }],
  ])('that has %s is one', (_, answer) => expect(mistakeInAnswer(given(answer))).toBeUndefined())

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 42],
    ['no readings', {}],
    ['an array of readings', { readings: [] }],
    ['a clock that stands nowhere', { readings: READINGS, clocks: { asOf: NEVER, readAt: NOW } }],
    ['half a clock', { readings: READINGS, clocks: { asOf: NOW } }],
    ['a response that is no number', { readings: READINGS, response: Number.NaN }],
    ['a response before it was asked', { readings: READINGS, response: -1 }],
    ['a fault of no kind', { readings: READINGS, fault: { kind: 'toString', message: '' } }],
    ['a fault without words', { readings: READINGS, fault: { kind: 'failed' } }],
    ['a cure that is no text', { readings: READINGS, fault: { kind: 'failed', message: '', cure: 1 } }],
  ])('that is or has %s is none', (_, answer) => expect(mistakeInAnswer(given(answer))).toMatch(/^[a-z0-9]/))
})

describe('readings', () => {
  test.each<[string, unknown]>([
    ['a beat', [BEAT]],
    ['an amount', [{ kind: 'amount', value: -3 }]],
    ['a whole number of any length', [{ kind: 'amount', value: 2n ** 64n }]],
    ['a deadline that never comes', [{ kind: 'endless', why: 'infinity' }]],
    ['nothing there', [{ kind: 'absent', why: 'no row' }]],
    [
      'rows',
      [
        { kind: 'rows', count: 1 },
        { ...BEAT, item: 'a', limits: {}, raw: { text: null } },
      ],
    ],
  ])('of %s can be judged', (_, readings) => expect(mistakeInReadings(given(readings))).toBeUndefined())

  test.each<[string, unknown]>([
    ['a text', 'alive'],
    ['none', []],
    ['one of an item alone', [{ ...BEAT, item: 'a' }]],
    ['two of the check itself', [BEAT, BEAT]],
    ['null', [null]],
    ['an unknown kind', [{ kind: 'constructor' }]],
    ['a beat at no time', [{ ...BEAT, at: NEVER }]],
    ['a beat whose time is a text', [{ ...BEAT, at: '2026-11-29' }]],
    ['an amount that is no number', [{ kind: 'amount', value: Number.NaN }]],
    ['an amount that is a text', [{ kind: 'amount', value: '3' }]],
    ['a reason that is no text', [{ kind: 'absent' }]],
    ['half a row', [{ kind: 'rows', count: 0.5 }]],
    ['a fault without words', [{ kind: 'fault', fault: {} }]],
    ['an item that is no text', [BEAT, { ...BEAT, item: 7 }]],
    ['a value that is none', [{ ...BEAT, raw: { text: 7 } }]],
    ['limits that are none', [{ ...BEAT, limits: 7 }]],
  ])('of %s cannot', (_, readings) => expect(mistakeInReadings(given(readings))).toMatch(/^[a-z0-9]/))
})
