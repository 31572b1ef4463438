import { test } from 'vitest'
import { expectLines, NOON, TEN } from '../support/query-lines.ts'

const COUNT = 'not a time? Write measure: number (--measure number)'
const ZONE = 'it has no zone, and was read as UTC: if that is wrong, write stored_in (--stored-in), as in Europe/Paris'

test('what was hardly meant as it was read', () =>
  expectLines([
    ['a count', 'SELECT 42', TEN, `CRITICAL - x: silent for 20779 d (limit 10 min); ${COUNT} | `],
    ['a count as text', "SELECT '42'", TEN, `CRITICAL - x: silent for 20779 d (limit 10 min); ${COUNT} | `],
    [
      'a count of nothing',
      'SELECT count(*) FROM sqlite_schema',
      TEN,
      `UNKNOWN - x: has never been (zero); ${COUNT} | `,
    ],
    [
      'a count of so many that they could be days',
      'SELECT 46348',
      TEN,
      `CRITICAL - x: silent for 20778 d (limit 10 min); ${COUNT}; or it fits unit: excel (--unit excel) | `,
    ],
    [
      'Julian days',
      'SELECT 2461366.999',
      TEN,
      `CRITICAL - x: silent for 20751 d (limit 10 min); ${COUNT}; or it fits unit: julian (--unit julian) | `,
    ],
    [
      'ticks of .NET',
      'SELECT 639309456000000000',
      TEN,
      'CRITICAL - x: silent for 13380 d (limit 10 min); it fits unit: dotnet (--unit dotnet) | ',
    ],
    [
      'those of Windows',
      'SELECT 134398224000000000',
      TEN,
      'CRITICAL - x: silent for 19223 d (limit 10 min); it fits unit: filetime (--unit filetime) | ',
    ],
    [
      'seconds of Core Data',
      'SELECT 817041600',
      TEN,
      'CRITICAL - x: silent for 11323 d (limit 10 min); it fits unit: apple (--unit apple) | ',
    ],
    [
      'milliseconds as seconds',
      `SELECT ${NOON * 1_000}`,
      { ...TEN, unit: 's' },
      `UNKNOWN - x: the value: "${NOON * 1_000}" is not a timestamp; it fits unit: ms (--unit ms) | `,
    ],
    [
      'a number beyond all units',
      'SELECT 1e30',
      TEN,
      `UNKNOWN - x: the value: "1e+30" is not a timestamp; ${COUNT} | `,
    ],
    [
      'a time without a zone in the future',
      "SELECT '2026-11-22 13:59:58'",
      TEN,
      `UNKNOWN - x: the last beat lies 1 h 59 min in the future of the database's clock; check the writer's clock and the unit; ${ZONE} | `,
    ],
    [
      'one that is hours back',
      "SELECT '2026-11-22T06:59:58'",
      TEN,
      `CRITICAL - x: silent for 5 h (limit 10 min); ${ZONE} | `,
    ],
    [
      'one that is hours back in a zone that somebody has written',
      "SELECT '2026-11-22T06:59:58'",
      { ...TEN, stored_in: 'UTC' },
      'CRITICAL - x: silent for 5 h (limit 10 min) | ',
    ],
    ['one of a zone', "SELECT '2026-11-22T06:59:58Z'", TEN, 'CRITICAL - x: silent for 5 h (limit 10 min) | '],
    [
      'one that is something else back',
      "SELECT '2026-11-22T06:35:00'",
      TEN,
      'CRITICAL - x: silent for 5 h 25 min (limit 10 min) | ',
    ],
    ['one of long ago', "SELECT '2026-11-21 09:00:00'", TEN, 'CRITICAL - x: silent for 1 d 3 h (limit 10 min) | '],
  ]))

test('a time in another unit', () =>
  expectLines([
    ['of a spreadsheet', 'SELECT 46348.499305556', { ...TEN, unit: 'excel' }, 'OK - x: alive 1 min ago'],
    [
      'of a spreadsheet elsewhere',
      'SELECT 46348.541666667',
      { ...TEN, unit: 'excel', stored_in: 'Europe/Paris' },
      'OK - x: alive 0 s ago',
    ],
    ['of .NET', 'SELECT 639309455400000000', { ...TEN, unit: 'dotnet' }, 'OK - x: alive 1 min ago'],
    ['of Windows', 'SELECT 134398223400000000', { ...TEN, unit: 'filetime' }, 'OK - x: alive 1 min ago'],
    ['of Core Data', 'SELECT 817041540', { ...TEN, unit: 'apple' }, 'OK - x: alive 1 min ago'],
  ]))
