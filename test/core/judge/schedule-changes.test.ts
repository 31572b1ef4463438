import { describe, expect, test } from 'vitest'
import { beat, judged, scheduledAt, secondsAfter } from './judging.ts'

/** Both changes of each zone in 2026: a run after it, and one in the hour that is skipped or comes twice. */
const CHANGES: readonly (readonly [string, string, string, string])[] = [
  ['Europe/Paris', 'after it went on', '0 4 * * *', '2026-03-29T02:00:00Z'],
  ['Europe/Paris', 'in the hour that was skipped', '30 2 * * *', '2026-03-29T01:00:00Z'],
  ['Europe/Paris', 'after it went back', '0 4 * * *', '2026-10-25T03:00:00Z'],
  ['Europe/Paris', 'in the hour that came twice', '30 2 * * *', '2026-10-25T00:30:00Z'],
  ['America/New_York', 'after it went on', '0 4 * * *', '2026-03-08T08:00:00Z'],
  ['America/New_York', 'in the hour that was skipped', '30 2 * * *', '2026-03-08T07:00:00Z'],
  ['America/New_York', 'after it went back', '0 4 * * *', '2026-11-01T09:00:00Z'],
  ['America/New_York', 'in the hour that came twice', '30 1 * * *', '2026-11-01T05:30:00Z'],
  ['Australia/Lord_Howe', 'after it went on', '0 4 * * *', '2026-10-03T17:00:00Z'],
  ['Australia/Lord_Howe', 'in the half hour that was skipped', '15 2 * * *', '2026-10-03T15:30:00Z'],
  ['Australia/Lord_Howe', 'after it went back', '0 4 * * *', '2026-04-04T17:30:00Z'],
  ['Australia/Lord_Howe', 'in the half hour that came twice', '45 1 * * *', '2026-04-04T14:45:00Z'],
  ['Asia/Kathmandu', 'while others went on', '0 4 * * *', '2026-03-28T22:15:00Z'],
  ['Asia/Kathmandu', 'while others went back', '0 4 * * *', '2026-10-24T22:15:00Z'],
  ['Africa/Casablanca', 'after it went on', '0 4 * * *', '2026-03-22T03:00:00Z'],
  ['Africa/Casablanca', 'in the hour that was skipped', '30 2 * * *', '2026-03-22T02:00:00Z'],
  ['Africa/Casablanca', 'after it went back', '0 4 * * *', '2026-02-15T04:00:00Z'],
  ['Africa/Casablanca', 'in the hour that came twice', '30 2 * * *', '2026-02-15T01:30:00Z'],
]

describe.each(CHANGES)('the clock of %s, %s (%s)', (zone, _when, expression, due) => {
  const [GRACE, YESTERDAY] = [1_800, -20 * 3_600]
  const backup = scheduledAt(expression, zone, GRACE)

  test.each([
    ['a second before the deadline', YESTERDAY, GRACE - 1, 'ok'],
    ['at the deadline', YESTERDAY, GRACE, 'critical'],
    ['a second after the deadline', YESTERDAY, GRACE + 1, 'critical'],
    ['with a stray beat a second too early', -1, GRACE, 'critical'],
    ['with a stray beat half an hour too early', -GRACE, GRACE, 'critical'],
    ['with a beat in time', 0, GRACE, 'ok'],
    ['with a beat in the grace, an hour later', 60, GRACE + 3_600, 'ok'],
  ])('%s', (__, at, asOf, severity) =>
    expect(judged(backup, beat(secondsAfter(due, at), secondsAfter(due, asOf))).severity).toBe(severity),
  )
})
