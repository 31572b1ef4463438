import { describe, expect, test } from 'vitest'
import { type AdvanceOptions, adopt, advance, isOver, unwatch } from '../../../src/core/incident/incident.ts'
import type { Delivery, Notice } from '../../../src/core/incident/notice.ts'
import { routesTo } from '../../../src/core/incident/routes.ts'
import type { Standing } from '../../../src/core/incident/standing.ts'
import { settle } from '../../../src/core/incident/told.ts'
import type { Incident } from '../../../src/core/types.ts'
import { anIncident, aTold, aTried, aVerdict, later, NOON } from '../builders.ts'

const options = (policy: Partial<AdvanceOptions['policy']> = {}, now = NOON): AdvanceOptions => ({
  policy: { failures: 1, recoveries: 1, ...policy },
  whose: { origin: 'here' },
  now,
  startedAt: now,
  newId: () => 'new-id',
  audienceOf: () => ['ops'],
})

const open: Standing = { incident: anIncident() }
const closed: Standing = { incident: anIncident({ closedAt: NOON, closedBy: { cause: 'age', summary: 'alive' } }) }

describe('an incident opens', () => {
  test('with the first bad run', () =>
    expect(advance({}, aVerdict('critical', { since: later(-1_920) }), options()).incident).toMatchObject({
      id: 'new-id',
      episode: 1,
      severity: 'critical',
      since: later(-1_920),
      openedAt: NOON,
      audience: ['ops'],
      told: {},
    }))

  test('with the third, where three are asked for, and has been since the first', () => {
    const policy = { failures: 3 }
    const bad = aVerdict('unknown', { cause: 'absent' })
    const first = advance({}, bad, options(policy, later(0)))
    const second = advance(first, bad, options(policy, later(60)))
    const third = advance(second, bad, options(policy, later(120)))
    expect(first).toEqual({ pending: { count: 1, firstBad: later(0), failures: 3 } })
    expect(second).toEqual({ pending: { count: 2, firstBad: later(0), failures: 3 } })
    expect(third.incident?.since).toEqual(later(0))
    expect(third.pending).toBeUndefined()
  })

  test.each([
    ['is open', aVerdict('critical')],
    ['closes', aVerdict('ok')],
  ])('the next time not sooner for a count that a killed run has left where it %s', (_, verdict) => {
    const killed = { incident: anIncident(), pending: { count: 2, firstBad: NOON } }
    expect(advance(killed, verdict, options({ failures: 3 })).pending).toBeUndefined()
  })

  test('not where a good run comes between', () =>
    expect(advance({ pending: { count: 2, firstBad: NOON } }, aVerdict('ok'), options({ failures: 3 }))).toEqual({}))
})

test.each([
  ['a good run where nothing is wrong', {}, aVerdict('ok')],
  ['a blocked check', open, aVerdict('unknown', { blockedBy: 'database:mail' })],
  [
    'a blocked check that counts',
    { pending: { count: 1, firstBad: NOON } },
    aVerdict('unknown', { blockedBy: 'database:mail' }),
  ],
  ['a good run after it closed', closed, aVerdict('ok')],
  ['a fault that counts as ok', open, aVerdict('ok', { cause: 'invalid' })],
])('%s changes nothing', (_, standing, verdict) => expect(advance(standing, verdict, options())).toBe(standing))

test.each([
  ['the same again', aVerdict('critical')],
  ['easing', aVerdict('warning')],
  ['turning unreadable', aVerdict('unknown', { cause: 'denied' })],
])('%s leaves the incident as it is', (_, verdict) =>
  expect(advance(open, verdict, options()).incident).toBe(open.incident),
)

test('worsening is remembered, but since stays', () => {
  const standing = { incident: anIncident({ severity: 'warning', summary: 'silent for 6 min (limit 5 min)' }) }
  expect(advance(standing, aVerdict('critical'), options({}, later(60))).incident).toMatchObject({
    severity: 'critical',
    summary: 'silent for 42 min (limit 10 min)',
    since: later(-1_920),
    seenAt: later(60),
  })
})

describe('an incident closes', () => {
  test('with the first good run', () =>
    expect(advance(open, aVerdict('ok'), options({}, later(60))).incident).toMatchObject({
      closedAt: later(60),
      closedBy: { cause: 'age', summary: 'alive 1 s ago (limit 5 min)' },
    }))

  test('with the second, where two are asked for', () => {
    const first = advance(open, aVerdict('ok'), options({ recoveries: 2 }, later(60)))
    expect(first.incident).toMatchObject({ recoveries: 1 })
    expect(first.incident?.closedAt).toBeUndefined()
    expect(advance(first, aVerdict('ok'), options({ recoveries: 2 }, later(120))).incident?.closedAt).toEqual(
      later(120),
    )
  })

  test('only with good runs in a row', () => {
    const first = advance(open, aVerdict('ok'), options({ recoveries: 2 }))
    expect(advance(first, aVerdict('warning'), options({ recoveries: 2 })).incident?.recoveries).toBe(0)
  })

  test('not by a beat in the future', () =>
    expect(advance(open, aVerdict('unknown', { cause: 'future' }), options()).incident?.closedAt).toBeUndefined())

  test('when its check is no longer watched', () =>
    expect(unwatch(anIncident(), NOON)).toMatchObject({ closedAt: NOON, closedBy: { cause: 'unwatched' } }))
})

describe('a closed incident that fails again', () => {
  test('is a new episode of the same', () => {
    const { incident } = advance(closed, aVerdict('warning', { since: later(60) }), options({}, later(90)))
    expect(incident).toMatchObject({
      id: 'id-1',
      episode: 2,
      severity: 'warning',
      since: later(60),
      earlier: [{ episode: 1, since: later(-1_920), closedAt: NOON }],
    })
    expect(incident?.closedAt).toBeUndefined()
    expect(incident?.closedBy).toBeUndefined()
  })

  test('waits for as many bad runs as at first', () => {
    const { incident, pending } = advance(closed, aVerdict('critical'), options({ failures: 2 }))
    expect(incident).toBe(closed.incident)
    expect(pending?.count).toBe(1)
  })

  test('remembers a bounded number of episodes', () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ episode: i + 1, since: NOON, closedAt: NOON }))
    const standing = { incident: anIncident({ episode: 21, earlier: many, closedAt: NOON }) }
    expect(advance(standing, aVerdict('critical'), options()).incident?.earlier).toHaveLength(20)
  })
})

describe('settling', () => {
  const notice: Notice = { incident: anIncident(), kind: 'opened', earlier: [], ordinal: 1 }
  const how = { notice, messageId: 'm1@here', now: later(5), fellows: ['ops'] }
  const by = (delivery: object): Delivery =>
    ({ recipient: 'ops', kind: 'accepted', by: 'a server', ...delivery }) as Delivery

  test('records what was told, and forgets the tries', () => {
    const settled = settle(anIncident({ tried: aTried('uncertain', 2) }), by({}), how)
    expect(settled.told.ops).toEqual({
      kind: 'opened',
      severity: 'critical',
      cause: 'age',
      episode: 1,
      at: later(5),
      count: 1,
      openingId: 'm1@here',
    })
    expect(settled.tried).toEqual({})
  })

  test('keeps the opening that later notices refer to', () => {
    const told = anIncident({ told: aTold('opened') })
    const settled = settle(told, by({}), { ...how, notice: { ...notice, incident: told, kind: 'closed', ordinal: 2 } })
    expect(settled.told.ops).toMatchObject({ kind: 'closed', count: 2, openingId: 'opening@here' })
  })

  test.each<[string, object, Incident['tried'], object]>([
    [
      'a passing refusal',
      { kind: 'refused', permanent: false, error: 'e' },
      {},
      { kind: 'refused', count: 0, error: 'e' },
    ],
    ['a refusal for good', { kind: 'refused', permanent: true, error: 'e' }, {}, { kind: 'permanent', count: 1 }],
    ['an uncertain try', { kind: 'uncertain', error: 'e' }, {}, { kind: 'uncertain', count: 1 }],
    [
      'a second uncertain try',
      { kind: 'uncertain', error: 'e' },
      aTried('uncertain', 1),
      { kind: 'uncertain', count: 2, since: NOON },
    ],
  ])('counts %s, and tells nobody', (_, delivery, tried, expected) => {
    const settled = settle(anIncident({ tried }), by(delivery), how)
    expect(settled.tried.ops).toMatchObject(expected)
    expect(settled.told).toEqual({})
  })
})

describe('it is over', () => {
  const over = (incident: Incident, recipients: readonly string[] = ['ops']) =>
    isOver(incident, recipients, {
      policy: { remind: 'always', recovered: true },
      routes: routesTo(recipients),
      now: later(60),
    })
  const end = { closedAt: NOON }
  test.each<[string, Incident, boolean]>([
    ['not while it is open', anIncident({ told: aTold('opened') }), false],
    ['not while somebody must hear of its end', anIncident({ ...end, told: aTold('opened') }), false],
    ['not while somebody waits for the next try', anIncident({ ...end, tried: aTried('uncertain', 3) }), false],
    ['when all have heard', anIncident({ ...end, told: aTold('closed') }), true],
    ['when it concerned nobody', anIncident({ ...end, audience: [] }), true],
  ])('%s', (_, incident, expected) => expect(over(incident)).toBe(expected))

  test('when there is nobody to tell', () => expect(over(anIncident(end), [])).toBe(true))
})

test('a lockfile of another program counts as told to all', () => {
  const incident = adopt({ check: 'mdx' }, { ...options(), openedAt: later(-600), severity: 'critical' })
  expect(incident).toMatchObject({
    since: later(-600),
    openedAt: later(-600),
    told: { ops: { kind: 'opened', episode: 1 } },
  })
})

describe('a lockfile of another program is filled in at the first reading', () => {
  const left = adopt({ check: 'mdx' }, { ...options(), openedAt: later(-600), severity: 'critical' })
  const silent = aVerdict('critical', { since: later(-1_920), lastBeat: later(-2_520), limit: 600 })
  const at = later(60)

  test.each([
    ['of what is silent', silent, { cause: 'age', lastBeat: later(-2_520), since: later(-1_920), limit: 600 }],
    ['of what is late', { ...silent, severity: 'warning' as const }, { severity: 'warning', lastBeat: later(-2_520) }],
    ['of what has beaten since', { ...silent, lastBeat: later(-599), since: NOON }, { since: later(-600), limit: 600 }],
    ['of what cannot be read', aVerdict('unknown', { cause: 'denied' }), { cause: 'denied', since: later(-600) }],
  ])('%s', (_, verdict, known) => {
    const { incident } = advance({ incident: left }, verdict, options({}, at))
    expect(incident).toMatchObject({ ...known, summary: verdict.summary, seenAt: at, told: left.told })
  })

  test('once', () => {
    const first = advance({ incident: left }, silent, options({}, at))
    expect(advance(first, { ...silent, summary: 'silent for 43 min' }, options({}, later(120))).incident).toBe(
      first.incident,
    )
  })
})
