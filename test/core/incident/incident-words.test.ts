import { describe, expect, test } from 'vitest'
import {
  type AdvanceOptions,
  adopt,
  advance,
  calm,
  heed,
  isOver,
  unwatch,
} from '../../../src/core/incident/incident.ts'
import { routesTo } from '../../../src/core/incident/routes.ts'
import type { Standing } from '../../../src/core/incident/standing.ts'
import type { Incident, Verdict } from '../../../src/core/types.ts'
import { anIncident, aTold, aTried, aVerdict, later, NOON } from '../builders.ts'

const options = (changes: Partial<AdvanceOptions> = {}): AdvanceOptions => ({
  policy: { failures: 1, recoveries: 1 },
  whose: { origin: 'here' },
  now: NOON,
  startedAt: NOON,
  newId: () => 'new-id',
  audienceOf: () => ['ops'],
  ...changes,
})
const incidentAfter = (
  standing: Standing,
  verdict: Verdict,
  changes: Partial<AdvanceOptions> = {},
): Incident | undefined => advance(standing, verdict, options(changes)).incident
const end = { closedAt: NOON, closedBy: { cause: 'age' as const, summary: 'alive' } }

const told = (recipient: string): Incident['told'] =>
  Object.fromEntries(Object.values(aTold('opened')).map((one) => [recipient, one]))
const tried = (recipient: string): Incident['tried'] =>
  Object.fromEntries(Object.values(aTried('refused', 0)).map((one) => [recipient, one]))

/** What an incident has as it opens. */
const OPENED = {
  id: 'new-id',
  origin: 'here',
  check: 'mdx',
  severity: 'critical',
  cause: 'age',
  summary: 'silent for 42 min (limit 10 min)',
  seenAt: NOON,
  episode: 1,
  earlier: [],
  since: NOON,
  openedAt: NOON,
  recoveries: 0,
  audience: ['ops'],
  told: {},
  tried: {},
}

describe('an incident that opens', () => {
  test.each<[string, Partial<Verdict>]>([
    ['no more than a verdict says', {}],
    ['what to do', { cure: 'restart it' }],
    ['the last beat', { lastBeat: later(-2_520) }],
    ['what was printed', { tail: ['no space left'] }],
    ['the limit', { limit: 600 }],
    ['the row', { item: 'a' }],
    ['all of it', { cure: 'restart it', lastBeat: later(-2_520), limit: 600, item: 'a' }],
  ])('takes over %s', (_, changes) =>
    expect(incidentAfter({}, aVerdict('critical', changes))).toStrictEqual({ ...OPENED, ...changes }),
  )

  test('may be of what cannot be read', () =>
    expect(incidentAfter({}, aVerdict('unknown', { cause: 'denied' }))).toMatchObject({
      severity: 'unknown',
      cause: 'denied',
    }))
})

test.each<[string, Partial<Verdict>]>([
  ['no more than the verdict says', {}],
  ['all that the verdict says', { cure: 'mend it', tail: ['two'], lastBeat: later(-700), limit: 300 }],
])('a worsening leaves of the words before it what they were about, and takes over %s', (_, changes) => {
  const { limit: _limit, ...before } = anIncident({ severity: 'warning', cure: 'restart it', tail: ['one'] })
  const { cure: _cure, tail: _tail, ...kept } = before
  expect(incidentAfter({ incident: { ...before, limit: 60 } }, aVerdict('critical', changes))).toStrictEqual({
    ...kept,
    severity: 'critical',
    ...changes,
  })
})

describe('what is closed and fails again', () => {
  const closed = (changes: Partial<Incident>): Standing => ({ incident: anIncident({ ...end, ...changes }) })
  const audience = (changes: Partial<Incident>, audienceOf: AdvanceOptions['audienceOf'] = () => ['ops']) =>
    incidentAfter(closed(changes), aVerdict('critical'), { audienceOf })?.audience

  test('opens when it was bad as often as asked for', () => {
    const standing = { ...closed({}), pending: { count: 1, firstBad: later(-60) } }
    expect(incidentAfter(standing, aVerdict('critical'), { policy: { failures: 2, recoveries: 1 } })).toMatchObject({
      episode: 2,
      since: later(-60),
    })
  })

  test.each<[string, Partial<Incident>, readonly string[]]>([
    ['who is meant now', { told: aTold('opened') }, ['ops']],
    ['who had to hear of it before and has not', { audience: ['chat'] }, ['ops', 'chat']],
    ['who could not be told', { audience: [], tried: tried('mail') }, ['ops', 'mail']],
    ['nobody twice', { audience: ['ops', 'chat'] }, ['ops', 'chat']],
    ['nobody besides who has heard of it', { audience: ['chat'], told: told('chat') }, ['ops']],
    [
      'who has heard of an earlier episode alone',
      { audience: ['chat'], episode: 2, told: told('chat') },
      ['ops', 'chat'],
    ],
  ])('concerns %s', (_, changes, expected) => expect(audience(changes)).toEqual(expected))

  test('concerns who is meant by its severity now', () =>
    expect(audience({ audience: [] }, (severity) => [`${severity}-desk`])).toEqual(['critical-desk']))
})

describe('who has to hear of what is open', () => {
  const incident = anIncident({ audience: ['ops'] })

  test('is also who was added meanwhile', () =>
    expect(heed(incident, () => ['chat', 'ops'])).toEqual({ ...incident, audience: ['ops', 'chat'] }))

  test('goes by its severity', () =>
    expect(heed(incident, (severity) => [severity]).audience).toEqual(['ops', 'critical']))

  test.each<[string, Incident, readonly string[]]>([
    ['all of them are known', incident, ['ops']],
    ['nobody is meant any more', incident, []],
    ['it is closed', anIncident({ ...end, audience: ['ops'] }), ['chat']],
  ])('stays the same where %s', (_, before, meant) => expect(heed(before, () => meant)).toBe(before))
})

test('a lockfile of another program is an incident that all have heard of', () =>
  expect(
    adopt({ check: 'mdx' }, { ...options({ audienceOf: (by) => [by] }), openedAt: later(-600), severity: 'critical' }),
  ).toStrictEqual({
    ...OPENED,
    summary: 'taken over with its lockfile',
    since: later(-600),
    openedAt: later(-600),
    seenAt: later(-600),
    audience: ['critical'],
    told: {
      critical: {
        kind: 'opened',
        severity: 'critical',
        cause: 'age',
        episode: 1,
        at: later(-600),
        count: 1,
        openingId: '',
      },
    },
  }))

describe('what is no longer watched', () => {
  test('is closed, and says so', () =>
    expect(unwatch(anIncident(), later(60))).toEqual({
      ...anIncident(),
      closedAt: later(60),
      closedBy: { cause: 'unwatched', summary: 'no longer watched' },
    }))

  test('stays as it is where it was closed before', () => {
    const incident = anIncident(end)
    expect(unwatch(incident, later(60))).toBe(incident)
  })
})

test.each<[string, Partial<Incident>]>([
  ['open', {}],
  ['flapping', { ...end, flapping: { since: NOON, openings: 3 } }],
])('what is %s is not over, though nobody is left to hear of it', (_, changes) =>
  expect(
    isOver(anIncident(changes), [], {
      policy: { remind: 'never', recovered: true },
      routes: routesTo([]),
      now: later(60),
    }),
  ).toBe(false),
)

test('what has just opened keeps flapping', () => {
  const incident = anIncident({ flapping: { since: later(-600), openings: 3 } })
  expect(calm(incident, { flap: { count: 2, within: 3_600 }, now: NOON })).toBe(incident)
})
