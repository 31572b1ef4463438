import { describe, expect, test } from 'vitest'
import { type DueOptions, due } from '../../../src/core/incident/due.ts'
import { routesTo } from '../../../src/core/incident/routes.ts'
import type { Incident, Policy } from '../../../src/core/types.ts'
import { anIncident, aTold, later, NOON } from '../builders.ts'

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

describe('by routes', () => {
  const critical = { unknown: [], warning: [], critical: ['ops'] }
  const ends = { ...routesTo(['chat']), closed: ['ops'] }
  const told = { ...closed, told: aTold('opened') }
  test.each<[string, Incident, Partial<DueOptions>, string, string]>([
    ['tells of what is meant for it', anIncident(), { routes: critical }, 'opened', 'first'],
    ['tells of nothing else', anIncident({ severity: 'warning' }), { routes: critical }, 'none', 'not concerned'],
    [
      'tells as its opening what has become bad enough for it',
      anIncident({ told: {}, audience: ['chat'] }),
      { routes: critical },
      'opened',
      'first',
    ],
    [
      'says of what was told that it was, though it is meant for it no more',
      anIncident({ told: aTold('opened') }),
      { routes: routesTo(['chat']) },
      'none',
      'told',
    ],
    [
      'says that it has settled to who has heard that it flaps, though it is meant for others',
      anIncident({ told: aTold('flapping', { flapping: true }) }),
      { routes: routesTo(['chat']) },
      'settled',
      'settled',
    ],
    [
      'does not tell of worsening who hears of warnings alone',
      anIncident({ told: aTold('opened', { severity: 'warning' }) }),
      { routes: { unknown: [], warning: ['ops'], critical: [] } },
      'none',
      'not concerned',
    ],
    [
      'tells of the end who heard of it, though not by its last severity',
      anIncident({ ...told, severity: 'critical' }),
      { routes: { unknown: [], warning: ['ops'], critical: [] } },
      'closed',
      'over',
    ],
    [
      'does not tell of ends where others hear of them',
      anIncident(told),
      { routes: { ...critical, closed: ['log'] } },
      'none',
      'not wanted',
    ],
    [
      'tells once of all who hears of ends alone',
      anIncident({ ...closed, audience: ['chat', 'ops'] }),
      { routes: ends },
      'missed',
      'too late',
    ],
    ['tells nothing of what is open who hears of ends alone', anIncident(), { routes: ends }, 'none', 'not concerned'],
    [
      'says nothing of ends that nobody wants',
      anIncident(told),
      { policy: { remind: 'never', recovered: false } },
      'none',
      'not wanted',
    ],
    [
      'says all the same what was missed',
      anIncident(closed),
      { policy: { remind: 'never', recovered: false } },
      'missed',
      'too late',
    ],
    [
      'says nothing of an episode in silence after one whose end nobody wants',
      anIncident({ ...second, ...closed, audience: [], told: aTold('opened') }),
      { policy: { remind: 'never', recovered: false } },
      'none',
      'not concerned',
    ],
  ])('%s', (_, incident, options, kind, reason) => expect(dueFor(incident, options)).toMatchObject({ kind, reason }))
})

describe('while it is kept quiet', () => {
  const quiet = { quiet: { reason: 'silenced' as const } }
  const seen = { acknowledged: { by: 'root', at: NOON } }
  const until = (seconds: number) => ({ acknowledged: { by: 'root', at: NOON, until: later(seconds) } })
  test.each<[string, Incident, Partial<DueOptions & Pick<Policy, 'remind'>>, string, string]>([
    ['says nothing of an opening', anIncident(), quiet, 'none', 'silenced'],
    ['says why', anIncident(), { quiet: { reason: 'maintenance' } }, 'none', 'maintenance'],
    [
      'says nothing of worsening',
      anIncident({ told: aTold('opened', { severity: 'warning' }) }),
      quiet,
      'none',
      'silenced',
    ],
    ['has no reason to be quiet where all is told', anIncident({ told: aTold('opened') }), quiet, 'none', 'told'],
    ['reminds nobody', anIncident({ told: aTold('opened') }), { ...quiet, remind: 'always' }, 'none', 'silenced'],
    ['says that it is over', anIncident({ ...closed, told: aTold('opened') }), quiet, 'closed', 'over'],
    ['says what was missed before', anIncident(closed), quiet, 'missed', 'too late'],
    [
      'says nothing of what was silenced from end to end',
      anIncident({ ...closed, audience: [] }),
      quiet,
      'none',
      'not concerned',
    ],
    ['says nothing of flapping', anIncident({ flapping: { since: NOON, openings: 3 } }), quiet, 'none', 'silenced'],
    ['says nothing that somebody has seen', anIncident(seen), {}, 'none', 'acknowledged'],
    [
      'reminds nobody of what somebody has seen',
      anIncident({ ...seen, told: aTold('opened') }),
      { remind: 'always' },
      'none',
      'acknowledged',
    ],
    [
      'says that what somebody has seen is over',
      anIncident({ ...closed, ...seen, told: aTold('opened') }),
      {},
      'closed',
      'over',
    ],
    [
      'says nothing until the time that somebody took',
      anIncident({ ...until(61), told: aTold('opened') }),
      { remind: 'always' },
      'none',
      'acknowledged',
    ],
    [
      'says it again after that',
      anIncident({ ...until(60), told: aTold('opened') }),
      {},
      'reminder',
      'acknowledgement over',
    ],
    [
      'says it again once',
      anIncident({ ...until(30), told: aTold('reminder', { at: later(40) }) }),
      {},
      'none',
      'told',
    ],
    [
      'has nothing more to say before that time',
      anIncident({ ...until(61), told: aTold('opened') }),
      {},
      'none',
      'told',
    ],
    [
      'says nothing again of what was told at that time',
      anIncident({ ...until(30), told: aTold('reminder', { at: later(30) }) }),
      {},
      'none',
      'told',
    ],
    ['tells after that who has not heard yet', anIncident(until(60)), {}, 'opened', 'first'],
  ])('%s', (_, incident, options, kind, reason) => expect(dueFor(incident, options)).toMatchObject({ kind, reason }))
})

describe('of what flaps', () => {
  const flapping = { flapping: { since: later(-900), openings: 3 }, episode: 3 }
  const told = { told: aTold('flapping', { flapping: true, episode: 3 }) }
  test.each<[string, Incident, Partial<DueOptions & Pick<Policy, 'remind'>>, string, string]>([
    ['tells that it does', anIncident(flapping), {}, 'flapping', 'flapping'],
    ['tells it though it is well at the moment', anIncident({ ...flapping, ...closed }), {}, 'flapping', 'flapping'],
    [
      'tells it who has heard of an earlier opening',
      anIncident({ ...flapping, told: aTold('opened', { episode: 2 }) }),
      {},
      'flapping',
      'flapping',
    ],
    ['tells it once', anIncident({ ...flapping, ...told }), {}, 'none', 'told'],
    ['says nothing of its openings', anIncident({ ...flapping, ...told, episode: 9 }), {}, 'none', 'told'],
    ['says nothing of its ends', anIncident({ ...flapping, ...told, ...closed }), {}, 'none', 'told'],
    [
      'says that it is worse',
      anIncident({ ...flapping, told: aTold('flapping', { flapping: true, episode: 2, severity: 'warning' }) }),
      {},
      'worsened',
      'worse',
    ],
    ['reminds of it', anIncident({ ...flapping, ...told }), { remind: 60 }, 'reminder', 'interval'],
    [
      'reminds of nothing that is well at the moment',
      anIncident({ ...flapping, ...told, ...closed }),
      { remind: 60 },
      'none',
      'told',
    ],
    ['says that it has settled, and is well', anIncident({ episode: 5, ...told, ...closed }), {}, 'settled', 'settled'],
    [
      'says nothing of its settling well where nobody wants ends',
      anIncident({ episode: 5, ...told, ...closed }),
      { policy: { remind: 'never', recovered: false } },
      'none',
      'not wanted',
    ],
    ['says that it has settled, and is not', anIncident({ episode: 5, ...told }), {}, 'settled', 'settled'],
    [
      'says once that it has settled',
      anIncident({ episode: 5, told: aTold('settled', { episode: 5 }) }),
      {},
      'none',
      'told',
    ],
    [
      'says then that it is over',
      anIncident({ ...closed, episode: 5, told: aTold('settled', { episode: 5 }) }),
      {},
      'closed',
      'over',
    ],
    [
      'says nothing more of what had settled well',
      anIncident({ ...closed, episode: 5, told: aTold('settled', { episode: 5, ended: true }) }),
      {},
      'none',
      'told',
    ],
  ])('%s', (_, incident, options, kind, reason) => expect(dueFor(incident, options)).toMatchObject({ kind, reason }))
})
