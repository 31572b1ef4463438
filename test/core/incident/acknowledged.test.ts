import { describe, expect, test } from 'vitest'
import { due } from '../../../src/core/incident/due.ts'
import { advance } from '../../../src/core/incident/incident.ts'
import { routesTo } from '../../../src/core/incident/routes.ts'
import type { Acknowledgement, BadSeverity } from '../../../src/core/types.ts'
import { anIncident, aTold, aVerdict, later, NOON } from '../builders.ts'

const YEAR = 365 * 86_400
const SEEN: Acknowledgement = { by: 'root', at: NOON }

describe('where the clock was put back, an acknowledgement', () => {
  const reasonFor = (acknowledged: Acknowledgement, toldAt: Date, remind: 'always' | 'never'): string => {
    const incident = anIncident({ acknowledged, told: aTold('opened', { at: toldAt }) })
    return due(incident, 'ops', { policy: { remind, recovered: true }, routes: routesTo(['ops']), now: later(7_200) })
      .reason
  }

  test.each<[string, Acknowledgement, Date, 'always' | 'never', string]>([
    [
      'for an hour, in a year, keeps nothing quiet',
      { ...SEEN, at: later(YEAR), until: later(YEAR) },
      NOON,
      'always',
      'interval',
    ],
    ['in a year, without an end, is one all the same', { ...SEEN, at: later(YEAR) }, NOON, 'always', 'acknowledged'],
    ['that ran out is said so', { ...SEEN, until: later(3_600) }, later(YEAR), 'never', 'acknowledgement over'],
    ['that ran out is not said so twice', { ...SEEN, until: later(3_600) }, later(7_200), 'never', 'told'],
  ])('%s', (_, acknowledged, toldAt, remind, reason) => expect(reasonFor(acknowledged, toldAt, remind)).toBe(reason))
})

describe('what opens anew', () => {
  const again = (severity: BadSeverity, changes: object) =>
    advance(
      { incident: anIncident({ severity: 'warning', acknowledged: SEEN, closedAt: NOON, ...changes }) },
      aVerdict(severity),
      {
        policy: { failures: 1, recoveries: 1, flap: { count: 2, within: 3_600 } },
        whose: { origin: 'here' },
        now: later(60),
        startedAt: NOON,
        newId: () => 'new-id',
        audienceOf: () => ['ops'],
      },
    ).incident?.acknowledged

  const flapping = { since: NOON, openings: 3 }
  test.each<[string, BadSeverity, object, Acknowledgement | undefined]>([
    ['has been seen by nobody', 'warning', {}, undefined],
    ['is as it was seen where it flaps', 'warning', { flapping }, SEEN],
    ['is not as it was seen where it is worse', 'critical', { flapping }, undefined],
  ])('%s', (_, severity, changes, acknowledged) => expect(again(severity, changes)).toEqual(acknowledged))
})
