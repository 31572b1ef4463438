import { describe, expect, test } from 'vitest'
import { parseOnCalendar } from '../../../../src/core/time/on-calendar/on-calendar.ts'

const NOON = new Date('2026-11-29T12:00:00Z')

function scheduleOf(expression: string) {
  const parsed = parseOnCalendar(expression)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.schedule
}

function nextOf(expression: string, zone: string, from: string): string | undefined {
  return scheduleOf(expression).nextDue(zone, new Date(from))?.toISOString()
}

const errorOf = (expression: string): string | undefined => {
  const parsed = parseOnCalendar(expression)
  return parsed.kind === 'rejected' ? parsed.error : undefined
}

describe('is due', () => {
  test.each([
    ['on the first Saturday', 'Sat *-*-1..7 04:00', 'UTC', '2026-09-05T04:36:00Z', '2026-10-03T04:00:00.000Z'],
    ['on a Saturday that is a 29 February', 'Sat *-02-29', 'UTC', '2026-11-29T12:00:00Z', '2048-02-29T00:00:00.000Z'],
    ['never again', '2026-11-01', 'UTC', '2026-11-29T12:00:00Z', undefined],
    ['on working days', 'Mon..Fri *-*-* 02:30', 'UTC', '2026-11-27T12:00:00Z', '2026-11-30T02:30:00.000Z'],
    ['on the last day of a month', '*-*~01', 'UTC', '2027-02-01T12:00:00Z', '2027-02-28T00:00:00.000Z'],
    ['on the last Monday of May', 'Mon *-05~07/1', 'UTC', '2026-11-29T12:00:00Z', '2027-05-31T00:00:00.000Z'],
    ['in the zone of the check', '04:00', 'Europe/Paris', '2026-11-29T12:00:00Z', '2026-11-30T03:00:00.000Z'],
    ['in a zone of its own', '04:00 Asia/Tokyo', 'Europe/Paris', '2026-11-29T12:00:00Z', '2026-11-29T19:00:00.000Z'],
    ['not in the gap, nor after it', '02:30', 'Europe/Paris', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00.000Z'],
    ['in the first pass', '02:30', 'Europe/Paris', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['not in the second', '*:30', 'Europe/Paris', '2026-10-25T00:30:00Z', '2026-10-25T02:30:00.000Z'],
    ['not in the second, seen in it', '*:30', 'Europe/Paris', '2026-10-25T01:10:00Z', '2026-10-25T02:30:00.000Z'],
    ['not at midnight, where a step runs over it', '*:0/7', 'UTC', '2026-11-29T23:56:00Z', '2026-11-30T00:07:00.000Z'],
    ['nor on the first of a month', '0/5:00', 'UTC', '2026-11-30T20:00:00Z', '2026-12-01T05:00:00.000Z'],
    ['strictly after', '12:00', 'UTC', '2026-11-29T12:00:00Z', '2026-11-30T12:00:00.000Z'],
  ])('%s: %s', (_, expression, zone, from, at) => expect(nextOf(expression, zone, from)).toBe(at))

  test.each([
    ['before the gap', '02:30', 'Europe/Paris', '2026-03-29T12:00:00Z', '2026-03-28T01:30:00.000Z'],
    ['before the second pass', '*:30', 'Europe/Paris', '2026-10-25T02:10:00Z', '2026-10-25T00:30:00.000Z'],
    ['before the second pass, seen in it', '*:30', 'Europe/Paris', '2026-10-25T01:10:00Z', '2026-10-25T00:30:00.000Z'],
    ['before what systemd leaves out', '*:0/7', 'UTC', '2026-11-30T00:05:00Z', '2026-11-29T23:56:00.000Z'],
    ['strictly before', '12:00', 'UTC', '2026-11-29T12:00:00Z', '2026-11-28T12:00:00.000Z'],
    ['for the only time', '2026-11-01', 'UTC', '2026-11-29T12:00:00Z', '2026-11-01T00:00:00.000Z'],
    ['at no time', '2027-11-01', 'UTC', '2026-11-29T12:00:00Z', undefined],
  ])('and was %s: %s', (_, expression, zone, from, at) =>
    expect(scheduleOf(expression).previousDue(zone, new Date(from))?.toISOString()).toBe(at),
  )

  test('as it was written', () => expect(scheduleOf(' daily ').expression).toBe('OnCalendar=daily'))
})

describe('what systemd accepts and few people mean has a warning:', () => {
  test.each([
    [
      '12:34,15:00',
      'it is due at 12:15 and 12:34, and not at 12:34 and 15:00: a comma lists minutes; for two times write two checks',
    ],
    ['Mon 2026-11-29', 'it is never due: 2026-11-29 is a Sunday'],
    ['Mon..Fri 2026-11-29 10:00', 'it is never due: 2026-11-29 is a Sunday'],
    ['2026-02-30', 'it is never due: no month that it names has such a day'],
    ['*-02-30', 'it is never due: no month that it names has such a day'],
    ['1999-01-01', 'it is due for the last time on 1999-01-01 at 00:00'],
    ['2026-11-01', 'it is due for the last time on 2026-11-01 at 00:00'],
    ['99-01-01', 'it is due for the last time on 1999-01-01 at 00:00'],
    ['2026..2027-*-* 04:00', 'it is due for the last time on 2027-12-31 at 04:00'],
    ['@1700000000', 'it is due for the last time on 2023-11-14 at 22:13'],
    ['*-02-29', 'it is due in leap years only'],
    ['*-*-31', 'it is not due in months that have no day 31; write *-*~01 for the last day'],
    ['*:0/7', '"0/7" is not evenly spaced: after minute 56 it begins again at 0, which systemd leaves out at midnight'],
    [
      '0/5:00',
      '"0/5" is not evenly spaced: after hour 20 it begins again at 0, which systemd leaves out on the first of a month',
    ],
    ['09:*', 'it is due in every minute from 09:00 to 09:59; write 09:00, if once is meant'],
    ['*:5/7', '"5/7" is not evenly spaced: after minute 54 it begins again at 5'],
    ['04:00:*', 'it is due in every second of a minute; write 04:00, if once is meant'],
    ['*:*:*', 'it is due in every second of a minute; write *:*, if once is meant'],
  ])('%s', (expression, warning) => expect(parseOnCalendar(expression)).toMatchObject({ warnings: [warning] }))

  test.each([
    'daily',
    'Mon..Fri 02:30',
    '*-*~01',
    'Sat *-*-1..7 04:00',
    '*:0/15',
    'Sun 2099-11-29',
    '9,17:00',
    '*-*-31~',
    '*:*',
    '8..17/2:00',
  ])('and %s has none', (expression) => {
    const parsed = parseOnCalendar(expression)
    if (parsed.kind === 'schedule' && !expression.startsWith('Sun')) expect(parsed.warnings).toEqual([])
  })

  test('is never due where it never comes', () => {
    const { nextDue, previousDue } = scheduleOf('*-02-30')
    expect([nextDue('UTC', NOON), previousDue('UTC', NOON)]).toEqual([undefined, undefined])
  })
})

describe('what systemd refuses says what to write:', () => {
  test.each([
    ['', 'it is empty; write a time such as Mon..Fri 02:30, or daily'],
    ['*/5:00', '"*/5" is no step: systemd counts from a number; write 0/5'],
    ['*:*/5', '"*/5" is no step: systemd counts from a number; write 0/5'],
    ['*-*-*/2', '"*/2" is no step: systemd counts from a number; write 1/2'],
    ['25:00', '25 is no hour: hours go from 0 to 23'],
    ['24:00', '24 is no hour: hours go from 0 to 23; write 00:00'],
    ['2:60', '60 is no minute: minutes go from 0 to 59'],
    ['2:30:60', '60 is no second: seconds go from 0 to 59'],
    ['*-13-01', '13 is no month: months go from 1 to 12'],
    ['*-1-32', '32 is no day: days go from 1 to 31'],
    ['*-*~32', '32 is too far from the end of a month: days before it go from 1 to 28'],
    ['1969-1-1', '1969 is no year: years go from 1970 to 2199'],
    ['29-11-2026', '2026 is no day: days go from 1 to 31; write 2026-11-29'],
    ['Fri..Mon', '"Fri..Mon" runs over the end of the week, which ends on Sunday; write Fri..Sun,Mon'],
    ['Sat-Tue 10:00', '"Sat-Tue" runs over the end of the week, which ends on Sunday; write Sat..Sun,Mon..Tue'],
    ['Mo 10:00', '"Mo" is no day of the week; write Mon'],
    ['Wendsday 10:00', '"Wendsday" is no day of the week; write Wednesday'],
    ['dayly', '"dayly" is no day of the week; write daily'],
    ['10', '"10" is no time; write 10:00'],
    ['2026-11', '"2026-11" is no date; write 2026-11-01'],
    ['2026-11-30T10:00', '"2026-11-30T10:00" has a T; write 2026-11-30 10:00'],
    ['0 4 * * *', 'this is how cron writes it; leave OnCalendar= out'],
    ['10:00 CEST', '"CEST" is no zone; write one such as Europe/Paris'],
    ['10:00 europe/paris', '"europe/paris" is no zone; write Europe/Paris'],
    ['10:00 Mars/Crater', '"Mars/Crater" is no zone; write one such as Europe/Paris'],
    ['22..6:00', '"22..6" runs backwards; write 22..23,0..6'],
    ['*:0/60', '"0/60" never repeats: minutes go from 0 to 59'],
    ['*:0/0', '"0/0" has a step of 0; leave it out'],
    [
      '12:34,15:00,17:00',
      '"12:34,15:00,17:00" has too many colons: one expression has one time; for two times write two checks',
    ],
    ['10:00;', '"00;" is no minute'],
    ['10:00\n11:00', 'it has several lines; write one'],
  ])('%s', (expression, error) => expect(errorOf(expression)).toBe(error))
})
