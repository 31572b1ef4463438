import { describe, expect, test } from 'vitest'
import { openSeconds } from '../../../src/core/time/open-time.ts'
import { parseWindows, type Windows } from '../../../src/core/time/window.ts'

function windowsOf(text: string, except: readonly string[] = []): Windows {
  const parsed = parseWindows(text, except)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.windows
}

describe('hours of the days from Monday on', () => {
  const HOUR = 3_600_000
  test.each<[string, readonly string[]]>([
    ['mon-fri 08:00-18:00, sat 09:00-12:00', ['8-18', '8-18', '8-18', '8-18', '8-18', '9-12', '']],
    ['23:00-05:00', Array(7).fill('0-5 23-24')],
    ['fri 23:00-05:00', ['', '', '', '', '23-24', '0-5', '']],
    ['sun 22:00-6:00', ['0-6', '', '', '', '', '', '22-24']],
    ['fri 22:00-00:00', ['', '', '', '', '22-24', '', '']],
    ['fri 22:00-24:00', ['', '', '', '', '22-24', '', '']],
    ['sat,sun', ['', '', '', '', '', '0-24', '0-24']],
    ['Saturday - SUNDAY', ['', '', '', '', '', '0-24', '0-24']],
    ['mon 08:00-09:00,\n tue\t10:00-11:00\n', ['8-9', '10-11', '', '', '', '', '']],
    ['fri-mon 08:00 - 09:00', ['8-9', '', '', '', '8-9', '8-9', '8-9']],
    ['mon 08:00-12:00,mon 12:00-14:00,mon 10:00-11:00,mon 16:00-17:00', ['8-14 16-17', '', '', '', '', '', '']],
    ['mon-fri 08:00-18:00, sat', ['8-18', '8-18', '8-18', '8-18', '8-18', '0-24', '']],
    ['08:00-12:00, 14:00-18:00', Array(7).fill('8-12 14-18')],
    ['08:00-12:00, sat 14:00-15:00', ['8-12', '8-12', '8-12', '8-12', '8-12', '8-12 14-15', '8-12']],
  ])('%s', (text, expected) =>
    expect(
      windowsOf(text).week.map((day) => day.map(({ from, to }) => `${from / HOUR}-${to / HOUR}`).join(' ')),
    ).toEqual(expected),
  )
})

test('open hours are kept in one line, as they were written', () =>
  expect(windowsOf('  mon-fri   08:00-12:00,\n  Sat\t09:00-12:00\n').text).toBe('mon-fri 08:00-12:00, Sat 09:00-12:00'))

test.each<[string, readonly string[], readonly number[]]>([
  ['none where there are none', [], []],
  ['rising, and each once', ['1970-01-11', '1970-01-03', '1970-01-11', '1969-12-31'], [-1, 2, 10]],
])('days that are excepted are %s', (_, except, days) => expect(windowsOf('mon', except).except).toEqual(days))

describe('what is wrong, and what to write', () => {
  test.each<[string, readonly string[], string]>([
    ['', [], 'open hours are missing, or there is a comma too many; write mon-fri 08:00-18:00, say'],
    ['mon,', [], 'there is a comma too many'],
    ['montag 08:00-18:00', [], '"montag" is no day; write mon, tue, wed, thu, fri, sat or sun'],
    ['mon-frei', [], '"frei" is no day'],
    ['montag-fri', [], '"montag" is no day'],
    ['mon-fri 8-18', [], '"8-18" are no hours; write 08:00-18:00, say'],
    ['mon-fri 08:00', [], '"08:00" are no hours'],
    ['mon 08:00-18:00 14:00-15:00', [], '"08:00-18:00 14:00-15:00" are no hours'],
    ['08:00-25:00', [], '"25:00" is no time of day; they go from 00:00 to 24:00'],
    ['08:60-09:00', [], '"08:60" is no time of day'],
    ['08:00-24:01', [], '"24:01" is no time of day'],
    ['24:00-05:00', [], '"24:00-05:00" begins where the day ends; write 00:00-05:00'],
    ['08:00-08:00', [], '"08:00-08:00" lasts no time; write 00:00-24:00 for the whole day'],
    ['always', [], '"always" is no day'],
    ['*', [], '"*" is neither days nor hours'],
    ['mon, wed 09:00-12:00', [], 'write mon 09:00-12:00, or mon 00:00-24:00 for the whole day'],
    ['mon-fri 08:00-12:00, 14:00-18:00', [], 'write mon-fri 14:00-18:00, or mon-sun 14:00-18:00 for every day'],
    ['mon', ['24.12.2026'], '"24.12.2026" is no date; write 2026-12-24, say'],
    ['mon', ['2026-02-30'], '"2026-02-30" is no date'],
    ['mon', ['2026-13-01'], '"2026-13-01" is no date'],
    ['\u001b[2J', [], '"\\x1b[2J" is neither days nor hours'],
  ])('%j except %j', (text, except, words) => {
    const parsed = parseWindows(text, except)
    expect(parsed.kind === 'rejected' ? parsed.error : parsed.kind).toContain(words)
  })
})

const OFFICE = 'mon-fri 08:00-18:00, sat 09:00-12:00'
const MINUTE = 60
const HOUR = 3_600

describe('open time', () => {
  test.each<[string, string, string, string, string, number]>([
    [
      'a last import on Friday at 17:50 is 15 minutes old on Monday at 08:05',
      'mon-fri 08:00-18:00',
      'Europe/Paris',
      '2026-11-20T17:50+01:00',
      '2026-11-23T08:05+01:00',
      15 * MINUTE,
    ],
    [
      'nothing passes while it is closed',
      OFFICE,
      'Europe/Paris',
      '2026-11-21T12:00+01:00',
      '2026-11-23T08:00+01:00',
      0,
    ],
    [
      'Saturday counts where it is open',
      OFFICE,
      'Europe/Paris',
      '2026-11-20T17:00+01:00',
      '2026-11-23T09:00+01:00',
      5 * HOUR,
    ],
    ['a whole week', OFFICE, 'Europe/Paris', '2026-11-20T17:00+01:00', '2026-11-27T17:00+01:00', 53 * HOUR],
    ['seconds and their parts count', OFFICE, 'UTC', '2026-11-20T17:59:58.500Z', '2026-11-21T09:00:00.250Z', 1.75],
    ['nothing passes backwards', OFFICE, 'UTC', '2026-11-20T17:00Z', '2026-11-20T16:00Z', 0],
    [
      'an hour that is skipped does not count',
      '00:00-06:00',
      'Europe/Paris',
      '2026-03-28T23:00Z',
      '2026-03-29T10:00Z',
      5 * HOUR,
    ],
    [
      'an hour that comes twice counts twice',
      '02:00-03:00',
      'Europe/Paris',
      '2026-10-24T20:00Z',
      '2026-10-25T20:00Z',
      2 * HOUR,
    ],
    [
      'half an hour that comes twice',
      '01:00-02:00',
      'Australia/Lord_Howe',
      '2026-04-04T06:00Z',
      '2026-04-05T06:00Z',
      1.5 * HOUR,
    ],
    [
      'a midnight that is skipped, in Cairo',
      '23:00-02:00',
      'Africa/Cairo',
      '2026-04-23T12:00Z',
      '2026-04-24T12:00Z',
      2 * HOUR,
    ],
    [
      'a midnight that is skipped, in São Paulo',
      '23:00-02:00',
      'America/Sao_Paulo',
      '2018-11-03T12:00-03:00',
      '2018-11-04T12:00-02:00',
      2 * HOUR,
    ],
    [
      'a midnight that comes twice',
      '23:00-01:00',
      'America/Sao_Paulo',
      '2018-02-17T12:00-02:00',
      '2018-02-18T12:00-03:00',
      3 * HOUR,
    ],
    [
      'a day that is skipped',
      '08:00-18:00',
      'Pacific/Apia',
      '2011-12-29T12:00-10:00',
      '2011-12-31T12:00+14:00',
      10 * HOUR,
    ],
  ])('%s', (_, text, zone, from, to, expected) =>
    expect(openSeconds(windowsOf(text), zone, { from: new Date(from), to: new Date(to) })).toBe(expected),
  )

  test.each<[string, string, readonly string[], string, string, number]>([
    ['a holiday', OFFICE, ['2026-12-24', '2026-12-25'], '2026-12-23T17:00Z', '2026-12-28T08:00Z', 4 * HOUR],
    [
      'a holiday that is written twice',
      OFFICE,
      ['2026-12-25', '2026-12-25'],
      '2026-12-24T17:00Z',
      '2026-12-28T08:00Z',
      4 * HOUR,
    ],
    ['a holiday that is closed anyway', OFFICE, ['2026-12-27'], '2026-12-24T17:00Z', '2026-12-28T08:00Z', 14 * HOUR],
    [
      'a night before it ends at midnight',
      '22:00-06:00',
      ['2026-12-25'],
      '2026-12-24T20:00Z',
      '2026-12-25T20:00Z',
      2 * HOUR,
    ],
    [
      'a night that begins on it is open after it',
      '22:00-06:00',
      ['2026-12-25'],
      '2026-12-25T20:00Z',
      '2026-12-26T20:00Z',
      6 * HOUR,
    ],
    ['in the middle of it', OFFICE, ['2026-12-25'], '2026-12-25T10:00Z', '2026-12-25T12:00Z', 0],
  ])('%s', (_, text, except, from, to, expected) =>
    expect(openSeconds(windowsOf(text, except), 'UTC', { from: new Date(from), to: new Date(to) })).toBe(expected),
  )
})
