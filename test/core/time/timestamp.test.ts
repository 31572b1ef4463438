import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Unit } from '../../../src/core/check.ts'
import { UNITS } from '../../../src/core/judge/severity.ts'
import { parseAmount, parseTimestamp } from '../../../src/core/time/timestamp.ts'
import type { RawValue } from '../../../src/core/types.ts'

const read = (text: string | null, options: { type?: RawValue['type']; unit?: Unit; storedIn?: string } = {}) =>
  parseTimestamp(
    { text, type: options.type ?? 'text', typeName: 'text' },
    { unit: options.unit ?? 'auto', storedIn: options.storedIn ?? 'UTC' },
  )

describe('numbers are read by their size', () => {
  test.each([
    ['seconds', '1795308333', '2026-11-22T00:45:33.000Z'],
    ['seconds with a fraction', '1795308333.25', '2026-11-22T00:45:33.250Z'],
    ['seconds with blanks around them', ' 1795308333\n', '2026-11-22T00:45:33.000Z'],
    ['seconds with a sign', '+1795308333', '2026-11-22T00:45:33.000Z'],
    ['the last seconds', '99999999999', '5138-11-16T09:46:39.000Z'],
    ['the first milliseconds', '100000000000', '1973-03-03T09:46:40.000Z'],
    ['milliseconds', '1795308333123', '2026-11-22T00:45:33.123Z'],
    ['the last milliseconds', '99999999999999', '5138-11-16T09:46:39.999Z'],
    ['the first microseconds', '100000000000000', '1973-03-03T09:46:40.000Z'],
    ['microseconds', '1795308333123456', '2026-11-22T00:45:33.123Z'],
    ['nanoseconds', '1795308333123456789', '2026-11-22T00:45:33.123Z'],
    ['before the epoch', '-86400', '1969-12-31T00:00:00.000Z'],
  ])('%s', (_, text, at) => expect(read(text)).toEqual({ kind: 'instant', at: new Date(at) }))

  test.each([
    ['s', '1795308333', '2026-11-22T00:45:33.000Z'],
    ['ms', '1000', '1970-01-01T00:00:01.000Z'],
    ['ms', '1732579200123.5', '2024-11-26T00:00:00.123Z'],
    ['ms', '-1732579200123.5', '1915-02-05T23:59:59.876Z'],
    ['us', '1000000', '1970-01-01T00:00:01.000Z'],
    ['ns', '1000000000', '1970-01-01T00:00:01.000Z'],
    ['excel', '46348.03163336805', '2026-11-22T00:45:33.123Z'],
    ['excel', '46348', '2026-11-22T00:00:00.000Z'],
    ['dotnet', '639309051331230000', '2026-11-22T00:45:33.123Z'],
    ['filetime', '134397819331230000', '2026-11-22T00:45:33.123Z'],
    ['filetime', '134397819331239999', '2026-11-22T00:45:33.123Z'],
    ['apple', '817001133', '2026-11-22T00:45:33.000Z'],
    ['apple', '817001133.123', '2026-11-22T00:45:33.123Z'],
    ['apple', '-60', '2000-12-31T23:59:00.000Z'],
  ] as const)('unit %s is taken at its word', (unit, text, at) =>
    expect(read(text, { unit })).toEqual({ kind: 'instant', at: new Date(at) }),
  )

  test('a spreadsheet knows no zone', () =>
    expect(read('46348.5', { unit: 'excel', storedIn: 'Europe/Paris' })).toEqual({
      kind: 'instant',
      at: new Date('2026-11-22T11:00:00Z'),
    }))

  test.each(UNITS)('zero of unit %s is never', (unit) => expect(read('0', { unit }).kind).toBe('never'))

  test.each(['excel', 'dotnet', 'filetime', 'apple'] as const)(
    'what is beyond all years in unit %s is refused',
    (unit) => expect(read('1e300', { unit, type: 'number' }).kind).toBe('invalid'),
  )

  test.each(['number', 'text'] as const)('a value of type %s may have an exponent', (type) =>
    expect(read('1.795308333e+09', { type })).toEqual({
      kind: 'instant',
      at: new Date('2026-11-22T00:45:33Z'),
    }),
  )
})

describe('dates as databases and programs write them', () => {
  test.each([
    ['ISO with Z', '2026-11-22T00:45:33Z', '2026-11-22T00:45:33.000Z'],
    ['ISO with an offset', '2026-11-22T01:45:33+01:00', '2026-11-22T00:45:33.000Z'],
    ['ISO with a negative offset', '2026-11-21T19:45:33-05:00', '2026-11-22T00:45:33.000Z'],
    ['ISO with half an hour', '2026-11-22T06:15:33+05:30', '2026-11-22T00:45:33.000Z'],
    ['ISO with a fraction', '2026-11-22T00:45:33.123456Z', '2026-11-22T00:45:33.123Z'],
    ['basic format', '20261122T004533Z', '2026-11-22T00:45:33.000Z'],
    ['PostgreSQL with zone', '2026-11-22 00:45:33.123456+00', '2026-11-22T00:45:33.123Z'],
    ['PostgreSQL with an old zone', '1890-01-01 00:00:00+00:09:21', '1889-12-31T23:50:39.000Z'],
    ['no zone', '2026-11-22 00:45:33', '2026-11-22T00:45:33.000Z'],
    ['no seconds', '2026-11-22 00:45', '2026-11-22T00:45:00.000Z'],
    ['a date', '2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['the end of a day', '2026-11-22T24:00:00Z', '2026-11-23T00:00:00.000Z'],
    ['lower case', '2026-11-22t00:45:33z', '2026-11-22T00:45:33.000Z'],
    ['with UTC behind it', '2026-11-22 00:45:33 UTC', '2026-11-22T00:45:33.000Z'],
  ])('%s', (_, text, at) => expect(read(text)).toEqual({ kind: 'instant', at: new Date(at) }))

  test.each([
    ['winter in Paris', '2026-11-22 01:45:33', 'Europe/Paris', '2026-11-22T00:45:33.000Z'],
    ['summer in Paris', '2026-07-01 12:00:00', 'Europe/Paris', '2026-07-01T10:00:00.000Z'],
    ['twice in Paris: the earlier', '2026-10-25 02:30:00', 'Europe/Paris', '2026-10-25T00:30:00.000Z'],
    ['twice in New York: the earlier', '2026-11-01 01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['twice on Lord Howe: the earlier', '2026-04-05 01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    ['never in Paris', '2026-03-29 02:30:00', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
    ['Kathmandu', '2026-11-22 06:30:33', 'Asia/Kathmandu', '2026-11-22T00:45:33.000Z'],
    ['a zone in the value wins', '2026-11-22T00:45:33Z', 'Asia/Kathmandu', '2026-11-22T00:45:33.000Z'],
  ])('%s', (_, text, storedIn, at) => expect(read(text, { storedIn })).toEqual({ kind: 'instant', at: new Date(at) }))
})

test.each([
  ['NULL', null],
  ['nothing', ''],
  ['blanks', '  '],
  ['zero', '0'],
  ['zero with a fraction', '0.000'],
  ['the epoch', '1970-01-01T00:00:00Z'],
  ['the epoch as PostgreSQL writes it', '1970-01-01 00:00:00+00'],
  ['the epoch without a zone, wherever it is stored', '1970-01-01 00:00:00.000'],
  ['the zero date', '0000-00-00 00:00:00'],
  ['-infinity', '-infinity'],
])('%s means never', (_, text) => expect(read(text).kind).toBe('never'))

test.each([
  ['a word', 'abc', '"abc" is not a timestamp'],
  ['a number with a tail', '12abc', '"12abc" is not a timestamp'],
  ['seconds with a tail', '1795308333abc', '"1795308333abc" is not a timestamp'],
  ['infinity', 'inf', '"inf" is not a timestamp'],
  ['infinity in full', 'infinity', '"infinity" is not a timestamp'],
  ['not a number', 'nan', '"nan" is not a timestamp'],
  ['hexadecimal', '0x7f', '"0x7f" is not a timestamp'],
  ['a number beyond all dates', `1${'0'.repeat(40)}`, `"1${'0'.repeat(40)}" is not a timestamp`],
  [
    'milliseconds taken for the last microsecond of all',
    '8640000000000000000000',
    '"8640000000000000000000" is not a timestamp',
  ],
  ['a year beyond the calendar', '-99999999999', '"-99999999999" is not a timestamp'],
  ['30 February', '2026-02-30', '"2026-02-30" is not a timestamp'],
  ['a 13th month', '2026-13-01', '"2026-13-01" is not a timestamp'],
  ['hour 25', '2026-11-22 25:00:00', '"2026-11-22 25:00:00" is not a timestamp'],
  ['a year before Christ', '0044-03-15 00:00:00 BC', '"0044-03-15 00:00:00 BC" is not a timestamp'],
  ['an escape code', '\u001b[31mred', '"\\x1b[31mred" is not a timestamp'],
  ['two lines', '17\n18', '"17\\n18" is not a timestamp'],
])('%s is refused, with the value', (_, text, why) => expect(read(text)).toEqual({ kind: 'invalid', why }))

test('a megabyte is refused, with its beginning', () => {
  const timestamp = read('x'.repeat(1_000_000))
  expect(timestamp).toEqual({ kind: 'invalid', why: `"${'x'.repeat(59)}…" is not a timestamp` })
})

test('a type that holds no instant is refused by its name', () =>
  expect(parseTimestamp({ text: 't', type: 'other', typeName: 'bool' }, { unit: 'auto', storedIn: 'UTC' })).toEqual({
    kind: 'invalid',
    why: 'a value of type bool is not a timestamp',
  }))

describe('what PHP serializes', () => {
  test.each([
    ['an integer', 'i:1795308333;', '2026-11-22T00:45:33.000Z'],
    ['a float', 'd:1795308333.25;', '2026-11-22T00:45:33.250Z'],
    ['a text', 's:10:"1795308333";', '2026-11-22T00:45:33.000Z'],
    ['milliseconds', 'i:1795308333123;', '2026-11-22T00:45:33.123Z'],
    ['with blanks around it', ' i:1795308333;\n', '2026-11-22T00:45:33.000Z'],
    ['below zero', 'i:-86400;', '1969-12-31T00:00:00.000Z'],
  ])('%s is read', (_, text, at) => expect(read(text)).toEqual({ kind: 'instant', at: new Date(at) }))

  test.each(['i:0;', 'N;', 's:1:"0";'])('%s means never', (text) => expect(read(text).kind).toBe('never'))

  test.each([
    'i:1795308333',
    'b:1;',
    'a:1:{i:0;i:1795308333;}',
    's:4:"soon";',
    'i:;',
    'i:1;i:2;',
    'O:8:"DateTime":0:{}',
  ])('%s is refused', (text) => expect(read(text).kind).toBe('invalid'))
})

describe('Julian days', () => {
  test.each([
    ['noon', '2461367', '2026-11-22T12:00:00.000Z'],
    ['a minute before', '2461366.999305556', '2026-11-22T11:59:00.000Z'],
    ['the epoch and a day', '2440588.5', '1970-01-02T00:00:00.000Z'],
    ['the last day', '5373484.499988426', '9999-12-31T23:59:59.000Z'],
  ])('%s', (_, text, at) => {
    const timestamp = read(text, { unit: 'julian' })
    expect(timestamp).toMatchObject({ kind: 'instant' })
    expect(timestamp.kind === 'instant' && Math.abs(timestamp.at.getTime() - Date.parse(at))).toBeLessThan(1)
  })

  test.each(['0', '2440587.5', '-0'])('%s means never', (text) =>
    expect(read(text, { unit: 'julian' }).kind).toBe('never'),
  )

  test.each(['1', '1795308333', '-2461367', '1e300'])('%s is refused', (text) =>
    expect(read(text, { unit: 'julian', type: 'number' }).kind).toBe('invalid'),
  )

  test('a date is a date all the same', () =>
    expect(read('2026-11-22T12:00:00Z', { unit: 'julian' })).toMatchObject({ at: new Date('2026-11-22T12:00:00Z') }))
})

test('a value in a wide padded column is read', () =>
  expect(read('1795308333'.padEnd(255))).toMatchObject({ kind: 'instant' }))

describe('an amount', () => {
  const amountOf = (text: string | null, type: RawValue['type'] = 'text') =>
    parseAmount({ text, type, typeName: 'text' })

  test.each([
    ['0', 0],
    ['7', 7],
    ['-7.5', -7.5],
    ['+7', 7],
    [' 7\n', 7],
    ['5.', 5],
    ['1e3', 1_000],
    ['1.5E-3', 0.0015],
    ['007', 7],
    ['i:7;', 7],
    ['d:0.5;', 0.5],
    ['s:2:"-7";', -7],
    ['9007199254740993', 9_007_199_254_740_993n],
    [`7${' '.repeat(254)}`, 7],
  ])('%j is %s', (text, amount) => expect(amountOf(text)).toBe(amount))

  test.each([
    '',
    ' ',
    'seven',
    '7 up',
    '0x10',
    'NaN',
    'Infinity',
    '-inf',
    '1e999',
    '9'.repeat(309),
    '1,5',
    '1 000',
    'N;',
  ])('%j is none', (text) => expect(amountOf(text)).toBeUndefined())

  test('NULL is none', () => expect(amountOf(null)).toBeUndefined())

  test.each(['zoned', 'naive', 'other'] as const)('a value of type %s is none', (type) =>
    expect(amountOf('7', type)).toBeUndefined(),
  )

  test('any number that is written is read back', () =>
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (amount) => {
        expect(Number(amountOf(String(amount), 'number'))).toBe(amount === 0 ? 0 : amount)
      }),
    ))
})

test('any instant in milliseconds is read back', () =>
  fc.assert(
    fc.property(fc.date({ min: new Date('1980-01-01'), max: new Date('5000-01-01'), noInvalidDate: true }), (at) => {
      expect(read(at.toISOString())).toEqual({ kind: 'instant', at })
      expect(read(String(at.getTime()))).toEqual({ kind: 'instant', at })
    }),
  ))
