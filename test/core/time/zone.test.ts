import { describe, expect, test } from 'vitest'
import { formatDate, formatInstant, formatTime, instantOfLocal } from '../../../src/core/time/zone.ts'

describe('a time on the wall', () => {
  test.each([
    ['in winter', '2026-11-22T12:00:00Z', 'Europe/Paris', '2026-11-22T11:00:00.000Z'],
    ['just before summer time', '2026-03-29T01:59:59Z', 'Europe/Paris', '2026-03-29T00:59:59.000Z'],
    ['that summer time skips', '2026-03-29T02:30:00Z', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
    ['later on the day that summer time begins', '2026-03-29T12:00:00Z', 'Europe/Paris', '2026-03-29T10:00:00.000Z'],
    ['that comes twice', '2026-10-25T02:30:00Z', 'Europe/Paris', '2026-10-25T00:30:00.000Z'],
    ['later on the day that summer time ends', '2026-10-25T12:00:00Z', 'Europe/Paris', '2026-10-25T11:00:00.000Z'],
    ['late on that day west of UTC', '2026-11-01T23:00:00Z', 'America/New_York', '2026-11-02T04:00:00.000Z'],
  ])('%s is an instant', (_, local, zone, instant) =>
    expect(instantOfLocal(Date.parse(local), zone).toISOString()).toBe(instant),
  )
})

test.each([
  ['UTC', '2026-11-22 03:42:07 +00:00'],
  ['Europe/Paris', '2026-11-22 04:42:07 +01:00'],
  ['America/New_York', '2026-11-21 22:42:07 -05:00'],
  ['America/St_Johns', '2026-11-22 00:12:07 -03:30'],
  ['Asia/Kathmandu', '2026-11-22 09:27:07 +05:45'],
])('an instant in %s is %s', (zone, text) => {
  const instant = new Date('2026-11-22T03:42:07Z')
  expect(formatInstant(instant, zone)).toBe(text)
  expect(`${formatDate(instant, zone)} ${formatTime(instant, zone)}`).toBe(text.slice(0, 16))
})
