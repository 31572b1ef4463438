import { describe, expect, test } from 'vitest'
import { type DueOptions, due } from '../../../src/core/incident/due.ts'
import { routesTo } from '../../../src/core/incident/routes.ts'
import type { Incident, Policy, Tried } from '../../../src/core/types.ts'
import { anIncident, aTold, aTried, later, NOON } from '../builders.ts'

const dueFor = (
  incident: Incident,
  {
    remind = 'never' as Policy['remind'],
    now = later(60),
    ...changes
  }: Partial<DueOptions & Pick<Policy, 'remind'>> = {},
) => due(incident, 'ops', { policy: { remind, recovered: true }, routes: routesTo(['ops']), now, ...changes })

const closed = { closedAt: later(30), closedBy: { cause: 'age' as const, summary: 'alive 1 s ago' } }
const second = { episode: 2, earlier: [{ episode: 1, since: later(-900), closedAt: later(-600) }] }

test.each<[string, Incident, string, string]>([
  ['tells at once that it opened', anIncident(), 'opened', 'first'],
  ['says nothing twice', anIncident({ told: aTold('opened') }), 'none', 'told'],
  [
    'waits for no other try where there is nothing to say',
    anIncident({ told: aTold('opened'), tried: aTried('uncertain', 3) }),
    'none',
    'told',
  ],
  [
    'speaks again when it is worse',
    anIncident({ told: aTold('opened', { severity: 'warning' }) }),
    'worsened',
    'worse',
  ],
  ['does not cry again when it eases', anIncident({ severity: 'warning', told: aTold('opened') }), 'none', 'told'],
  [
    'speaks again when "cannot be read" turns into "is silent"',
    anIncident({ told: aTold('opened', { cause: 'denied' }) }),
    'worsened',
    'worse',
  ],
  [
    'says nothing when "is silent" turns into "cannot be read"',
    anIncident({ cause: 'denied', told: aTold('opened') }),
    'none',
    'told',
  ],
  ['says that it is over', anIncident({ ...closed, told: aTold('opened') }), 'closed', 'over'],
  ['says that it is over after a worsening', anIncident({ ...closed, told: aTold('worsened') }), 'closed', 'over'],
  ['says once that it is over', anIncident({ ...closed, told: aTold('closed') }), 'none', 'told'],
  ['says that it was, where it could not be said in time', anIncident(closed), 'missed', 'too late'],
  ['says once that it was', anIncident({ ...closed, told: aTold('missed') }), 'none', 'told'],
  [
    'says nothing of what is over to who came later',
    anIncident({ ...closed, audience: ['other'] }),
    'none',
    'not concerned',
  ],
  [
    'says that it was to who came later and could not be told',
    anIncident({ ...closed, audience: ['other'], tried: aTried('refused', 0) }),
    'missed',
    'too late',
  ],
  [
    'says that it was to who has not heard the end of the time before',
    anIncident({ ...second, ...closed, audience: [], told: aTold('opened') }),
    'missed',
    'too late',
  ],
  [
    'says nothing of what is over to who has heard the end of the time before',
    anIncident({ ...second, ...closed, audience: [], told: aTold('closed') }),
    'none',
    'not concerned',
  ],
  ['tells who came later of what is open', anIncident({ audience: ['other'] }), 'opened', 'first'],
  ['tells of each episode anew', anIncident({ ...second, told: aTold('opened') }), 'opened', 'first'],
  [
    'says of an episode that is over too that it was',
    anIncident({ ...second, ...closed, told: aTold('opened') }),
    'missed',
    'too late',
  ],
])('%s', (_, incident, kind, reason) => expect(dueFor(incident)).toMatchObject({ kind, reason }))

describe('names the earlier episodes', () => {
  test.each<[string, Incident, readonly number[]]>([
    ['whose end was not told', anIncident({ ...second, told: aTold('opened') }), [1]],
    ['that nobody heard of', anIncident(second), [1]],
    ['but not one whose end was told', anIncident({ ...second, told: aTold('closed') }), []],
    ['but not one that was told as missed', anIncident({ ...second, told: aTold('missed') }), []],
  ])('%s', (_, incident, episodes) => expect(dueFor(incident).earlier.map((e) => e.episode)).toEqual(episodes))
})

describe('reminds', () => {
  const told = anIncident({ told: aTold('opened') })
  test.each<[string, Policy['remind'], Date, string]>([
    ['never, unless asked to', 'never', later(1e6), 'none'],
    ['with every run, where asked to', 'always', NOON, 'reminder'],
    ['not before its time', 3_600, later(3_569), 'none'],
    ['where a run starts 30 s early', 3_600, later(3_570), 'reminder'],
    ['of a minute not more than a tenth early', 60, later(53), 'none'],
    ['of a minute a tenth early', 60, later(54), 'reminder'],
    ['not at the time at which it was told', 3_600, NOON, 'none'],
    ['when its time has come', 3_600, later(3_600), 'reminder'],
    ['when the clock was put back since', 3_600, later(-60), 'reminder'],
  ])('%s', (_, remind, now, kind) => expect(dueFor(told, { remind, now }).kind).toBe(kind))

  test.each<[string, number, number, string]>([
    ['an hour after it opened, and not after it was told', 50, 3_601, 'reminder'],
    ['each hour after it opened', 3_650, 7_201, 'reminder'],
    ['not again in the same hour', 3_570, 7_169, 'none'],
    ['once for hours in which nothing ran', 40, 36_000, 'reminder'],
    ['not for each of these hours', 36_001, 39_500, 'none'],
    ['not soon after something else was said', 3_300, 3_600, 'none'],
    ['an hour after that', 3_300, 7_200, 'reminder'],
    ['on time where something else was said long before', 2_699, 3_600, 'reminder'],
  ])('%s', (_, toldAfter, nowAfter, kind) => {
    const open = anIncident({ told: aTold('opened', { at: later(toldAfter) }) })
    expect(dueFor(open, { remind: 3_600, now: later(nowAfter) }).kind).toBe(kind)
  })

  test('of nothing that is over', () =>
    expect(dueFor(anIncident({ ...closed, told: aTold('closed') }), { remind: 'always' }).kind).toBe('none'))
})

/** Refused for now so often, while the same notifier told others. */
const lasting = (count: number, at?: Date): Record<string, Tried> => {
  const { ops, ...rest } = aTried('refused', count, at)
  return ops === undefined ? rest : { ops: { ...ops, othersTold: true } }
}

describe('tries again', () => {
  test.each<[string, ReturnType<typeof aTried>, number, string]>([
    ['with every run after a passing refusal', aTried('refused', 0), 1, 'opened'],
    ['with every run, however often it was refused', aTried('refused', 9), 1, 'opened'],
    ['once at the next run after an uncertain try', aTried('uncertain', 1), 1, 'opened'],
    ['after two that passed for others not within 2 minutes', lasting(2), 119, 'none'],
    ['after two that passed for others in 2 minutes', lasting(2), 120, 'opened'],
    ['after two uncertain ones not within 2 minutes', aTried('uncertain', 2), 119, 'none'],
    ['after two uncertain ones in 2 minutes', aTried('uncertain', 2), 120, 'opened'],
    ['after three not within 4 minutes', aTried('uncertain', 3), 239, 'none'],
    ['after three in 4 minutes', aTried('uncertain', 3), 240, 'opened'],
    ['after many not within the hour', aTried('permanent', 60), 3_599, 'none'],
    ['after many in an hour', aTried('permanent', 60), 3_600, 'opened'],
    ['at once when the clock was put back since', aTried('permanent', 60), -60, 'opened'],
  ])('%s', (_, tried, seconds, kind) => expect(dueFor(anIncident({ tried }), { now: later(seconds) }).kind).toBe(kind))

  test('and says what is owed, and when', () =>
    expect(dueFor(anIncident({ tried: aTried('uncertain', 2) }))).toMatchObject({
      reason: 'waiting',
      owed: 'opened',
      nextTry: later(120),
    }))
})

describe('gives up', () => {
  const week = 7 * 86_400
  const since = (at: Date) => ({ ops: { ...aTried('permanent', 200, later(week - 10)).ops, since: at } as Tried })
  const refused = anIncident({ ...closed, closedAt: NOON, tried: since(NOON) })
  test.each<[string, Incident, number, string]>([
    ['a week after the end on who is refused for good', refused, week, 'given up'],
    ['not before', refused, week - 1, 'waiting'],
    ['on nobody who was refused in passing until now', { ...refused, tried: since(later(week - 10)) }, week, 'waiting'],
    [
      'on who is refused for now while others are told',
      { ...refused, tried: { ops: { ...since(NOON).ops, kind: 'refused', othersTold: true } } },
      week,
      'given up',
    ],
    [
      'on nobody for whom that began later',
      { ...refused, tried: { ops: { ...since(later(9)).ops, kind: 'refused', othersTold: true } } },
      week,
      'waiting',
    ],
    ['on nobody who is refused in passing', { ...refused, tried: aTried('refused', 0) }, week * 2, 'too late'],
    [
      'on nobody while it is open',
      anIncident({ tried: aTried('permanent', 200, later(week * 2)) }),
      week * 2 + 5_000,
      'first',
    ],
  ])('%s', (_, incident, seconds, reason) => expect(dueFor(incident, { now: later(seconds) }).reason).toBe(reason))

  test('and says what is owed', () =>
    expect(dueFor(refused, { now: later(week) })).toMatchObject({ kind: 'none', reason: 'given up', owed: 'missed' }))
})
