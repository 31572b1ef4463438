import { describe, expect, test } from 'vitest'
import { isEndless } from '../../../src/core/time/never.ts'
import { parseTimestamp } from '../../../src/core/time/timestamp.ts'

const read = (text: string, type: 'text' | 'number' | 'naive' = 'text', storedIn = 'UTC') =>
  parseTimestamp({ text, type, typeName: type }, { unit: 'auto', storedIn })

test.each([
  ['the least of MySQL TIMESTAMP', '1970-01-01 00:00:01'],
  ['the same where it is one o’clock', '1970-01-01 01:00:01+00'],
  ['the epoch in New York', '1969-12-31 19:00:00'],
  ['the epoch in Kathmandu', '1970-01-01T05:30:00Z'],
  ['Go and .NET', '0001-01-01T00:00:00Z'],
  ['a date alone', '0001-01-01'],
  ['the same in old Paris, as PostgreSQL writes it', '0001-01-01 00:00:00+00:09:21'],
  ['the same in New York, as PostgreSQL writes it', '0001-12-31 19:03:58-04:56:02 BC'],
  ['the same an hour to the east', '0001-01-01T00:00:00+01:00'],
  ['the least of PostgreSQL', '4714-11-24 00:00:00 BC'],
  ['the zero date with a zone', '0000-00-00T00:00:00Z'],
  ['the zero date with a fraction', '0000-00-00 00:00:00.000000+00'],
  ['the zero date without seconds', '0000-00-00 00:00'],
  ['year zero', '0000-01-01 00:00:00'],
  ['the least of MySQL DATETIME', '1000-01-01 00:00:00'],
  ['Windows', '1601-01-01T00:00:00Z'],
  ['Windows in Berlin', '1601-01-01 00:53:28'],
  ['SQL Server', '1753-01-01 00:00:00.000'],
  ['nanoseconds', '1677-09-21 00:12:43.145224193'],
  ['spreadsheets', '1899-12-30'],
  ['a time alone in a spreadsheet', '1899-12-30 10:30:00'],
  ['spreadsheets one day on', '1899-12-31'],
  ['SQL Server smalldatetime', '1900-01-01 00:00:00'],
  ['old Macs', '1904-01-01'],
  ['the least of 32 bits', '1901-12-13 20:45:52'],
  ['JavaScript', '-271821-04-20T00:00:00.000Z'],
  ['Java', '-999999999-01-01T00:00'],
])('%s means never', (_, text) => expect(read(text).kind).toBe('never'))

test.each(['-62135596800', '-62135596800000', '-11644473600'])('%s, a least date in a number, means never', (text) =>
  expect(read(text, 'number').kind).toBe('never'),
)

describe('what a service may have written is no never', () => {
  test.each([
    ['a host without a battery', '1970-01-01 00:07:13'],
    ['a host without a battery, in the second second', '1970-01-01 00:00:02'],
    ['the second day of the epoch', '1970-01-02 00:00:00'],
    ['a host that begins with FAT', '1980-01-01 00:00:00'],
    ['a host that begins with the millennium', '2000-01-01 00:00:00'],
    ['the epoch of Apple', '2001-01-01 00:00:00'],
    ['a date of an archive', '1890-06-01'],
    ['the year after', '1902-01-01'],
  ])('%s', (_, text) => expect(read(text).kind).toBe('instant'))

  test.each(['1', '60', '3600', '900'])('the number %s, which has no zone', (text) =>
    expect(read(text, 'number').kind).toBe('instant'),
  )
})

test.each([
  ['infinity', true],
  ['Infinity', true],
  ['9999-12-31', true],
  ['9999-12-31 23:59:59.9999999', true],
  ['9999-12-31T23:59:59-05:00', true],
  ['9999-12-30 23:00:00+00', true],
  ['99991231T235959Z', true],
  ['294276-12-31 23:59:59.999999+00', true],
  ['+275760-09-13T00:00:00.000Z', true],
  ['253402300799', true],
  ['253402214400', true],
  ['253402300799.999', true],
  ['253402300799999', true],
  ['253402300799000000', true],
  ['253402100000', false],
  ['253402400000', false],
  ['-infinity', false],
  ['2038-01-19 03:14:07', false],
  ['2262-04-11', false],
  ['9998-12-31', false],
  ['1795308333', false],
  ['99991', false],
  ['', false],
])('a deadline of "%s" never comes: %s', (text, isNever) => expect(isEndless(text)).toBe(isNever))
