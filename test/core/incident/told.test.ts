import { describe, expect, test } from 'vitest'
import type { Notice } from '../../../src/core/incident/notice.ts'
import { nextTryAfter, settle } from '../../../src/core/incident/told.ts'
import type { Incident, Told, Tried } from '../../../src/core/types.ts'
import { anIncident, aTold, later, NOON } from '../builders.ts'

/** What ops has been told once a server has taken a notice of this incident. */
function toldOf(incident: Incident, kind: Notice['kind']): Told | undefined {
  const notice: Notice = { incident, kind, earlier: [], ordinal: 2 }
  const delivery = { recipient: 'ops', kind: 'accepted', by: 'a server' } as const
  return settle(incident, delivery, { notice, messageId: 'new@here', now: later(5), fellows: ['ops'] }).told.ops
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
  const tried = (kind: Tried['kind'], count: number, changes: Partial<Tried> = {}): Tried => ({
    at: NOON,
    since: NOON,
    count,
    kind,
    error: 'e',
    ...changes,
  })
  const others = { othersTold: true } as const
  test.each<[string, Tried, Date, Date | undefined]>([
    ['after a passing refusal is now', tried('refused', 9), later(1), undefined],
    ['after one passing refusal while others were told is now', tried('refused', 1, others), later(1), undefined],
    ['after two while others were told waits two minutes', tried('refused', 2, others), later(1), later(120)],
    ['after many while others were told waits an hour at most', tried('refused', 99, others), later(1), later(3_600)],
    ['after one uncertain try is now', tried('uncertain', 1), later(1), undefined],
    ['after two waits two minutes from that very moment', tried('uncertain', 2), NOON, later(120)],
    ['after two waits until just before', tried('uncertain', 2), later(119), later(120)],
    ['after two is when they are over', tried('uncertain', 2), later(120), undefined],
    ['after three refusals for good waits four minutes', tried('permanent', 3), later(1), later(240)],
    ['after many waits an hour at most', tried('permanent', 5_000), later(1), later(3_600)],
    ['is now where the clock was put back', tried('uncertain', 2), later(-1), undefined],
  ])('%s', (_, one, now, next) => expect(nextTryAfter(one, now)).toEqual(next))
})

describe('a try in vain', () => {
  const now = later(600)
  const earlier = (kind: Tried['kind'], count: number, changes: Partial<Tried> = {}): Incident['tried'] => ({
    ops: { at: later(300), since: later(60), count, kind, error: 'e', ...changes },
  })
  /** When another address of the same notifier was told. */
  const otherAt = (at: Date): Incident['told'] => ({ 'ops/b': { ...aTold('opened').ops, at } as Told })
  const triedOf = (changes: Partial<Incident>, kind: 'for now' | 'for good' | 'uncertain'): Tried | undefined => {
    const incident = anIncident(changes)
    const notice: Notice = { incident, kind: 'opened', earlier: [], ordinal: 1 }
    const how = { notice, messageId: 'new@here', now, fellows: ['ops', 'ops/b'] }
    const answer =
      kind === 'uncertain'
        ? { kind, error: 'e' }
        : { kind: 'refused' as const, permanent: kind === 'for good', error: 'e' }
    return settle(incident, { recipient: 'ops', ...answer }, how).tried.ops
  }
  const others = { othersTold: true } as const
  test.each<[string, Partial<Incident>, 'for now' | 'for good' | 'uncertain', object]>([
    ['that passes for the first time does not count', {}, 'for now', { count: 0, since: now }],
    ['that passes again does not count', { tried: earlier('refused', 0) }, 'for now', { count: 0, since: later(60) }],
    [
      'counts where another was told by the same run',
      { told: otherAt(now) },
      'for now',
      { count: 1, since: now, ...others },
    ],
    [
      'counts where another was told since it began, and lasts from now on',
      { tried: earlier('refused', 0), told: otherAt(later(60)) },
      'for now',
      { count: 1, since: now, ...others },
    ],
    [
      'does not count where another was told before it began',
      { tried: earlier('refused', 0), told: otherAt(later(59)) },
      'for now',
      { count: 0, since: later(60) },
    ],
    [
      'does not count where one of another notifier was told',
      { told: { pager: otherAt(now)['ops/b'] as Told } },
      'for now',
      { count: 0, since: now },
    ],
    [
      'does not count for having been told before itself',
      { tried: earlier('refused', 0), told: { ops: otherAt(now)['ops/b'] as Told } },
      'for now',
      { count: 0, since: later(60) },
    ],
    [
      'that lasts goes on lasting',
      { tried: earlier('refused', 4, others) },
      'for now',
      { count: 5, since: later(60), ...others },
    ],
    [
      'that lasts is the same row as one for good',
      { tried: earlier('permanent', 4, others) },
      'for now',
      { count: 5, since: later(60), ...others },
    ],
    [
      'for good is the same row as one that lasts',
      { tried: earlier('refused', 4, others) },
      'for good',
      { count: 5, since: later(60), ...others },
    ],
    [
      'for good begins a row after one that passed',
      { tried: earlier('refused', 0) },
      'for good',
      { count: 1, since: now },
    ],
    [
      'that is uncertain begins a row, and forgets nothing',
      { tried: earlier('refused', 4, others) },
      'uncertain',
      { count: 5, since: now, ...others },
    ],
    [
      'that passes after it was refused for good, where nobody was told, does not count',
      { tried: earlier('permanent', 3) },
      'for now',
      { count: 3, since: now },
    ],
  ])('%s', (_, changes, kind, expected) => {
    const { count, since, othersTold } = triedOf(changes, kind) ?? {}
    expect({ count, since, ...(othersTold === undefined ? {} : { othersTold }) }).toEqual(expected)
  })
})
