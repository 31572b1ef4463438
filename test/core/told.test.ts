import { describe, expect, test } from 'vitest'
import type { Notice } from '../../src/core/notice.ts'
import { nextTryAfter, settle } from '../../src/core/told.ts'
import type { Incident, Told, Tried } from '../../src/core/types.ts'
import { anIncident, aTold, later, NOON } from './builders.ts'

/** What ops has been told once a server has taken a notice of this incident. */
function toldOf(incident: Incident, kind: Notice['kind']): Told | undefined {
  const notice: Notice = { incident, kind, earlier: [], ordinal: 2 }
  const delivery = { recipient: 'ops', kind: 'accepted', by: 'a server' } as const
  return settle(incident, delivery, { notice, messageId: 'new@here', now: later(5) }).told.ops
}

const closed = { closedAt: later(1) }
const flapping = { flapping: { since: NOON, openings: 6 } }
const told = { severity: 'critical', cause: 'age', episode: 1, at: later(5), count: 2 } as const

test.each<[string, Incident, Notice['kind'], object]>([
  ['of what is open', anIncident(), 'reminder', { ...told, kind: 'reminder', openingId: 'new@here' }],
  [
    'of what is over, that it is',
    anIncident(closed),
    'closed',
    { ...told, kind: 'closed', openingId: 'new@here', ended: true },
  ],
  [
    'of what flaps, that it does',
    anIncident(flapping),
    'flapping',
    { ...told, kind: 'flapping', openingId: 'new@here', flapping: true },
  ],
  [
    'of what flaps and is well at the moment, not that it is over',
    anIncident({ ...flapping, ...closed }),
    'flapping',
    { ...told, kind: 'flapping', openingId: 'new@here', flapping: true },
  ],
])('is remembered %s', (_, incident, kind, expected) => expect(toldOf(incident, kind)).toStrictEqual(expected))

describe('later notices refer to', () => {
  test.each<[string, Incident, string]>([
    ['the first one where nothing was told before', anIncident(), 'new@here'],
    ['the opening of the same episode', anIncident({ told: aTold('opened') }), 'opening@here'],
    ['no opening of an earlier episode', anIncident({ episode: 2, told: aTold('opened') }), 'new@here'],
  ])('%s', (_, incident, id) => expect(toldOf(incident, 'opened')?.openingId).toBe(id))
})

describe('the next try', () => {
  const tried = (kind: Tried['kind'], count: number): Tried => ({ at: NOON, since: NOON, count, kind, error: 'e' })
  test.each<[string, Tried, Date, Date | undefined]>([
    ['after a passing refusal is now', tried('refused', 9), later(1), undefined],
    ['after one uncertain try is now', tried('uncertain', 1), later(1), undefined],
    ['after two waits two minutes from that very moment', tried('uncertain', 2), NOON, later(120)],
    ['after two waits until just before', tried('uncertain', 2), later(119), later(120)],
    ['after two is when they are over', tried('uncertain', 2), later(120), undefined],
    ['after three refusals for good waits four minutes', tried('permanent', 3), later(1), later(240)],
    ['after many waits an hour at most', tried('permanent', 5_000), later(1), later(3_600)],
    ['is now where the clock was put back', tried('uncertain', 2), later(-1), undefined],
  ])('%s', (_, one, now, next) => expect(nextTryAfter(one, now)).toEqual(next))
})
