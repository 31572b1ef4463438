import { describe, expect, test } from 'vitest'
import { parseAmount, parseInstant, parseTimestamp } from '../../../src/core/time/timestamp.ts'

const read = (text: string | null, storedIn = 'UTC') =>
  parseTimestamp({ text, type: 'text', typeName: 'text' }, { unit: 'auto', storedIn })

test.each([
  ['NULL', null, 'NULL'],
  ['nothing', '', 'empty'],
  ['blanks', '  ', 'empty'],
  ['what PHP writes for NULL', 'N;', 'NULL, as PHP writes it'],
  ['-infinity', '-infinity', '-infinity'],
  ['the zero date', '0000-00-00', 'the zero date'],
  ['zero', '0', 'zero'],
  ['the epoch', '1970-01-01T00:00:00Z', 'zero'],
  ['the epoch without a zone', '1970-01-01 00:00:00', 'zero'],
])('%s never happened, and says why', (_, text, why) => expect(read(text)).toEqual({ kind: 'never', why }))

test('the epoch without a zone never happened wherever it is stored', () =>
  expect(read('1970-01-01 00:00:00', 'Europe/Paris')).toEqual({ kind: 'never', why: 'zero' }))

describe('at its limits', () => {
  test.each([
    ['a day of the first year', '0001-01-03T00:00:00Z', '0001-01-03T00:00:00.000Z'],
    ['the last instant of the calendar', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['the last minute and second of an hour', '2026-11-22T23:59:59Z', '2026-11-22T23:59:59.000Z'],
    ['a tenth of a second', '2026-11-22T00:45:33.5Z', '2026-11-22T00:45:33.500Z'],
    ['the first nanoseconds', '100000000000000000', '1973-03-03T09:46:40.000Z'],
    ['the largest offset', '2026-11-22T15:59:00+15:59', '2026-11-22T00:00:00.000Z'],
    ['the smallest offset', '2026-11-22T00:00:00-15:59', '2026-11-22T15:59:00.000Z'],
    ['an offset with as many seconds as there are', '1890-01-01 00:09:59+00:09:59', '1890-01-01T00:00:00.000Z'],
    ['a hundred characters', `1795308333.${'0'.repeat(89)}`, '2026-11-22T00:45:33.000Z'],
  ])('%s is read', (_, text, at) => expect(read(text)).toEqual({ kind: 'instant', at: new Date(at) }))

  test.each([
    ['a day before the calendar', '0000-12-30T23:59:59.999Z'],
    ['the end of the last day', '9999-12-31T24:00:00Z'],
    ['a month 0', '2026-00-10'],
    ['a day 0', '2026-11-00'],
    ['a minute 60', '2026-11-22T00:60:00Z'],
    ['a second 61', '2026-11-22T00:00:61Z'],
    ['minutes after the end of a day', '2026-11-22T24:30:00Z'],
    ['seconds after the end of a day', '2026-11-22T24:00:30Z'],
    ['an offset of 16 hours', '2026-11-22T00:00:00+16:00'],
    ['an offset of 60 minutes', '2026-11-22T00:00:00+05:60'],
    ['an offset of 60 seconds', '2026-11-22T00:00:00+05:30:60'],
  ])('%s is refused', (_, text) => expect(read(text)).toEqual({ kind: 'invalid', why: `"${text}" is not a timestamp` }))

  test('a day that is not in the calendar is refused wherever it is stored', () =>
    expect(read('2026-02-30', 'Europe/Paris')).toEqual({ kind: 'invalid', why: '"2026-02-30" is not a timestamp' }))

  test('more than a hundred characters are refused, number or not', () =>
    expect(read(`1795308333.${'0'.repeat(90)}`).kind).toBe('invalid'))

  test('as many digits as numbers have are an amount, and one more is not', () =>
    expect(
      ['1'.repeat(308), '9'.repeat(309)].map((text) => parseAmount({ text, type: 'text', typeName: 'text' })),
    ).toEqual([BigInt('1'.repeat(308)), undefined]))
})

describe('an instant that a person wrote', () => {
  test.each([
    ['with a zone', '2026-11-22T12:00:00Z', 'Europe/Paris', '2026-11-22T12:00:00.000Z'],
    ['without a zone', '2026-11-22 12:00', 'Europe/Paris', '2026-11-22T11:00:00.000Z'],
    ['with blanks around it', ' 2026-11-22 12:00\n', 'UTC', '2026-11-22T12:00:00.000Z'],
    ['at the epoch', '1970-01-01', 'UTC', '1970-01-01T00:00:00.000Z'],
  ])('is read %s', (_, text, zone, at) => expect(parseInstant(text, zone)).toEqual(new Date(at)))

  test.each([
    ['no date', 'tomorrow', 'UTC'],
    ['a number', '1795308333', 'UTC'],
    ['no day of the calendar', '2026-02-30', 'UTC'],
    ['no offset', '2026-11-22T12:00:00+16:00', 'UTC'],
    ['in no zone', '2026-11-22 12:00', 'Europe/Nowhere'],
  ])('is none where it is %s', (_, text, zone) => expect(parseInstant(text, zone)).toBeUndefined())
})
