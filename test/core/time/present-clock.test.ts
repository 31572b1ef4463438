import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/core/ports.ts'
import { onPresentClock, presentEntries, presentIncident } from '../../../src/core/time/present-clock.ts'
import type { Incident } from '../../../src/core/types.ts'
import { anIncident, aTold, later, NOON } from '../builders.ts'

const YEAR = 365 * 86_400

test.each<[string, number | undefined, number | undefined, number]>([
  ['stays where both clocks go as they did', 5, 5, 0],
  ['stays where the answer took a while', 5, -55, 0],
  ['moves on where the watching clock was put on', YEAR, 0, YEAR],
  ['moves back where the watching clock was put back', -7_200, 1, -7_201],
  ['stays where nobody knew how the clocks went', undefined, YEAR, 0],
  ['stays where nobody knows how they go', YEAR, undefined, 0],
  ['stays where no calendar goes', 9e15, 0, 0],
])('an instant %s', (_, then, now, seconds) => {
  expect(onPresentClock(NOON, then, now)).toEqual(later(seconds))
})

describe('an incident', () => {
  const told = aTold('opened', { at: later(3) })
  const incident = anIncident({ ahead: YEAR, told, earlier: [{ episode: 1, since: later(-9), closedAt: later(-6) }] })

  test('has all its times moved but those at which somebody was told', () =>
    expect(presentIncident({ ...incident, closedAt: later(60) }, 0)).toEqual({
      ...incident,
      ahead: 0,
      since: later(YEAR - 1_920),
      openedAt: later(YEAR),
      seenAt: later(YEAR),
      lastBeat: later(YEAR - 2_520),
      closedAt: later(YEAR + 60),
      earlier: [{ episode: 1, since: later(YEAR - 9), closedAt: later(YEAR - 6) }],
    }))

  test('of an earlier version is taken to be of the clock as it goes', () =>
    expect(presentIncident(anIncident(), 42)).toEqual({ ...anIncident(), ahead: 42 }))

  test.each<[string, Incident, number | undefined]>([
    ['nobody knows how the clock goes', incident, undefined],
    ['it goes as it did', incident, YEAR + 30],
  ])('is left alone where %s', (_, one, ahead) => expect(presentIncident(one, ahead)).toBe(one))
})

describe('the lines of a journal', () => {
  const line = (event: JournalEntry['event'], seconds: number, changes: Partial<JournalEntry> = {}): JournalEntry => ({
    ...{ at: later(seconds), event, origin: 'here', check: 'mdx', id: 'id-1', episode: 1, severity: 'critical' },
    ...{ summary: 'late', since: later(seconds - 60), start: later(seconds - 600) },
    ...changes,
  })
  const secondsOf = ({ at, since, start }: JournalEntry) =>
    [at, since, start].map((one) => (one.getTime() - NOON.getTime()) / 1_000)

  test.each<[string, readonly JournalEntry[], readonly Incident[], number]>([
    ['stay where nothing is known', [line('opened', 0)], [], 0],
    [
      'stay where the clocks always differ',
      [line('opened', 0, { ahead: 3_600 }), line('closed', 9, { ahead: 3_600 })],
      [],
      0,
    ],
    [
      'move to where the check was read last',
      [line('opened', 0, { ahead: 3_600 }), line('closed', 9, { ahead: 1 })],
      [],
      3_599,
    ],
    ['move to where it is open', [line('opened', 0, { ahead: 3_600 })], [anIncident({ ahead: 0 })], 3_600],
    ['stay where another check is', [line('opened', 0, { ahead: 3_600 })], [anIncident({ check: 'a', ahead: 0 })], 0],
  ])('%s', (_, entries, incidents, seconds) => {
    const [first] = presentEntries(entries, incidents)
    expect(first && secondsOf(first)).toEqual([seconds, seconds - 60, seconds - 600])
  })
})
