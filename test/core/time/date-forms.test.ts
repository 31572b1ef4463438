import { describe, expect, test } from 'vitest'
import type { Unit } from '../../../src/core/check.ts'
import { hasNoZone, parseAmount, parseTimestamp } from '../../../src/core/time/timestamp.ts'

const textOf = (text: string) => ({ text, type: 'text', typeName: 'text' }) as const
const read = (text: string, { storedIn = 'UTC', unit = 'auto' }: { storedIn?: string; unit?: Unit } = {}) =>
  parseTimestamp(textOf(text), { unit, storedIn })

describe('what programs write is read', () => {
  test.each([
    ['Go, in UTC', '2026-11-29 10:00:07.123456789 +0000 UTC', '2026-11-29T10:00:07.123Z'],
    ['Go, with its monotonic clock', '2026-11-29 10:00:07.5 +0100 CET m=+0.000012345', '2026-11-29T09:00:07.500Z'],
    ['Go, in a zone without a name', '2026-11-29 10:00:07 +0530 +0530', '2026-11-29T04:30:07.000Z'],
    ['Go, in a local zone', '2026-11-29 10:00:07 -0330 NST m=-3.5', '2026-11-29T13:30:07.000Z'],
    ['RFC 1123, as HTTP has it', 'Sun, 29 Nov 2026 10:00:07 GMT', '2026-11-29T10:00:07.000Z'],
    ['RFC 1123 with an offset', 'Sun, 29 Nov 2026 10:00:07 +0100', '2026-11-29T09:00:07.000Z'],
    ['RFC 2822 with a remark', 'Sun, 29 Nov 2026 10:00:07 +0100 (CET)', '2026-11-29T09:00:07.000Z'],
    ['RFC 2822 without a weekday and seconds', '9 Nov 2026 10:00 -0000', '2026-11-09T10:00:00.000Z'],
    ['RFC 2822 with a zone of its own', 'Sun, 29 Nov 2026 10:00:07 EST', '2026-11-29T15:00:07.000Z'],
    ['the date of a cookie', 'Sunday, 29-Nov-2026 10:00:07 GMT', '2026-11-29T10:00:07.000Z'],
    ['JavaScript', 'Sun Nov 29 2026 10:00:07 GMT+0100 (Central European Standard Time)', '2026-11-29T09:00:07.000Z'],
    ['JavaScript without a name of the zone', 'Sun Nov 29 2026 10:00:07 GMT-0500', '2026-11-29T15:00:07.000Z'],
    ['C and date(1), in UTC', 'Sun Nov 29 10:00:07 UTC 2026', '2026-11-29T10:00:07.000Z'],
    ['C on a day with one digit', 'Sun Nov  1 10:00:07 2026', '2026-11-01T10:00:07.000Z'],
    ['Java', '2026-11-29T10:00:07.123456+01:00[Europe/Berlin]', '2026-11-29T09:00:07.123Z'],
    ['Java on a full minute, in UTC', '2026-11-29T10:00Z[UTC]', '2026-11-29T10:00:00.000Z'],
    ['Java in a repeated hour', '2026-10-25T02:30:00+01:00[Europe/Paris]', '2026-10-25T01:30:00.000Z'],
    ['a zone in brackets alone', '2026-11-29T10:00:07[Europe/Berlin]', '2026-11-29T09:00:07.000Z'],
    ['a calendar in brackets', '2026-11-29T10:00:07+01:00[Europe/Berlin][u-ca=gregory]', '2026-11-29T09:00:07.000Z'],
    ['Python, with a Z too many', '2026-11-29T10:00:07+00:00Z', '2026-11-29T10:00:07.000Z'],
    ['fourteen digits', '20261129100007', '2026-11-29T10:00:07.000Z'],
    ['a JSON text', '"2026-11-29T10:00:07Z"', '2026-11-29T10:00:07.000Z'],
    ['a JSON text of PHP', String.raw`"2026\/11\/29 10:00:07"`, '2026-11-29T10:00:07.000Z'],
    ['a JSON text of .NET', String.raw`"2026-11-29T11:00:07\u002B01:00"`, '2026-11-29T10:00:07.000Z'],
    ['a JSON text with a number in it', '"1795946407"', '2026-11-29T10:00:07.000Z'],
    ['an exponent', '1.795946407E9', '2026-11-29T10:00:07.000Z'],
    ['slashes behind the year', '2026/11/29 10:00:07', '2026-11-29T10:00:07.000Z'],
    ['fourteen digits with a fraction, as MySQL has now(6) + 0', '20261129100007.500000', '2026-11-29T10:00:07.500Z'],
    ['fourteen digits in UTC, as LDAP has them', '20261129100007Z', '2026-11-29T10:00:07.000Z'],
    ['fourteen digits with an offset', '20261129100007.5+0100', '2026-11-29T09:00:07.500Z'],
    ['date(1) in American English', 'Sun Nov 29 10:00:07 PM UTC 2026', '2026-11-29T22:00:07.000Z'],
    ['date(1) in American English at midnight', 'Sun 29 Nov 2026 12:00:07 AM UTC', '2026-11-29T00:00:07.000Z'],
    ['date(1) in American English at noon', 'Sun 29 Nov 2026 12:00:07 PM UTC', '2026-11-29T12:00:07.000Z'],
    ['date(1) in British English', 'Sun 29 Nov 10:00:07 UTC 2026', '2026-11-29T10:00:07.000Z'],
    ['a zone behind a blank', '2026-11-29 10:00:07 Europe/Berlin', '2026-11-29T09:00:07.000Z'],
  ])('%s', (_, text, at) => expect(read(text)).toEqual({ kind: 'instant', at: new Date(at) }))

  test.each([
    ['fourteen digits', '20261129100007', '2026-11-29T09:00:07.000Z'],
    ['C without a zone', 'Sun Nov 29 10:00:07 2026', '2026-11-29T09:00:07.000Z'],
    ['slashes', '2026/11/29 10:00', '2026-11-29T09:00:00.000Z'],
  ])('%s in the zone in which it is stored', (_, text, at) => {
    expect(read(text, { storedIn: 'Europe/Paris' })).toEqual({ kind: 'instant', at: new Date(at) })
    expect(hasNoZone(textOf(text), 'auto')).toBe(true)
  })

  test('fourteen digits of a unit that is named are what that is', () =>
    expect(read('20261129100007', { unit: 'ms' })).toEqual({ kind: 'instant', at: new Date(20_261_129_100_007) }))

  test('fourteen digits that are no date are milliseconds', () =>
    expect(read('20261329100007')).toEqual({ kind: 'instant', at: new Date(20_261_329_100_007) }))

  test.each([
    ['the zero of Go', '0001-01-01 00:00:00 +0000 UTC', '0001-01-01, the least of Go, .NET and Python'],
    ['the zero of JavaScript', 'Thu Jan 01 1970 01:00:00 GMT+0100 (Central European Standard Time)', 'zero'],
    ['JSON for NULL', 'null', 'NULL, as JSON writes it'],
    ['an empty JSON text', '""', 'empty'],
  ])('%s is never', (_, text, why) => expect(read(text)).toEqual({ kind: 'never', why }))

  test('a JSON text may hold an amount', () => expect(parseAmount(textOf('"42"'))).toBe(42))
})

describe('what is ambiguous is refused by name', () => {
  test.each([
    ['03/04/2026', 'does not say which is the day and which the month', 'select it as YYYY-MM-DD'],
    ['29/11/2026 10:00:07', 'does not say which is the day and which the month', 'select it as YYYY-MM-DD'],
    ['03-04-2026', 'does not say which is the day and which the month', 'select it as YYYY-MM-DD'],
    ['3.4.26', 'does not say which is the day and which the month', 'select it as YYYY-MM-DD'],
    ['Sun Nov 29 10:00:07 CST 2026', 'names a zone (CST) that may be several', 'select it with its offset'],
    [
      '2026-11-29T10:00:07[Europe/Nowhere]',
      'names a zone (Europe/Nowhere) that is not known',
      'select it with its offset',
    ],
    ['2026-11-29 10:00:07 CET', 'names a zone (CET) that may be several', 'select it with its offset'],
    ['2026-11-29 10:00:07 Mars/Base', 'names a zone (Mars/Base) that is not known', 'select it with its offset'],
    ['Sun, 29 Nov 2026 10:00:07 IST', 'names a zone (IST) that may be several', 'select it with its offset'],
  ])('%s', (text, why, cure) => expect(read(text)).toEqual({ kind: 'invalid', why: `"${text}" ${why}`, cure }))
})

test.each([
  ['a month that there is not', 'Sun, 29 Nox 2026 10:00:07 GMT'],
  ['a day that there is not', 'Mon, 30 Feb 2026 10:00:07 GMT'],
  ['an offset and a Z that differ', '2026-11-29T10:00:07+01:00Z'],
  ['a text in brackets alone', '[Europe/Berlin]'],
  ['a name of an object', 'Sun, 29 Nov 2026 10:00:07 const'],
])('%s is refused', (_, text) => expect(read(text).kind).toBe('invalid'))
