import { describe, expect, test } from 'vitest'
import type { FlapLimit } from '../../../src/core/incident/flap.ts'
import { type AdvanceOptions, advance, calm, recentOpenings } from '../../../src/core/incident/incident.ts'
import type { Standing } from '../../../src/core/incident/standing.ts'
import { anIncident, aVerdict, later, NOON } from '../builders.ts'

const flap: FlapLimit = { count: 2, within: 3_600 }

const optionsAt = (seconds: number): AdvanceOptions => ({
  policy: { failures: 1, recoveries: 1, flap },
  whose: { origin: 'here' },
  now: later(seconds),
  startedAt: NOON,
  newId: () => 'new-id',
  audienceOf: () => ['ops'],
})

/** Fails at each of these seconds, and is well ten seconds later; its incident is forgotten each time if it may be. */
function failAt(...times: readonly number[]): Standing {
  return times.reduce<Standing>((before, seconds) => {
    const open = advance(before, aVerdict('critical'), optionsAt(seconds))
    const closed = advance(open, aVerdict('ok'), optionsAt(seconds + 10))
    const { incident, ...rest } = closed
    return incident?.flapping === undefined ? rest : { ...rest, incident }
  }, {})
}

describe('it flaps', () => {
  test('when it opens once more than it may in that time', () =>
    expect(failAt(0, 60, 120).incident?.flapping).toEqual({ since: NOON, openings: 3 }))
  test('not before', () => expect(failAt(0, 60).incident).toBeUndefined())
  test('not where the first opening was too long ago', () => expect(failAt(0, 60, 3_600).incident).toBeUndefined())
  test('from the first opening that counts', () =>
    expect(failAt(0, 60, 3_600, 3_630).incident?.flapping?.since).toEqual(later(60)))
  test('and each further opening is counted', () =>
    expect(failAt(0, 60, 120, 180, 240).incident?.flapping).toEqual({ since: NOON, openings: 5 }))
  test('not where nobody asked for it', () => {
    const { policy, ...rest } = optionsAt(180)
    const { flap: _, ...plain } = policy
    expect(advance(failAt(0, 60), aVerdict('critical'), { ...rest, policy: plain }).incident?.flapping).toBeUndefined()
  })
})

test('no more openings are remembered than count', () =>
  expect(failAt(0, 60, 120, 180, 240).openings).toEqual([later(120), later(180), later(240)]))

test('an opening in the future was before the clock was put back, and does not count', () =>
  expect(recentOpenings([later(-3_600), later(-3_599), NOON, later(1)], flap, NOON)).toEqual([later(-3_599), NOON]))

describe('it settles', () => {
  const flapping = { since: later(-600), openings: 3 }
  const open = anIncident({ flapping })
  const closed = anIncident({ flapping, closedAt: NOON })
  test.each([
    ['when it has been open as long as its openings count', open, flap, later(3_600), true],
    ['not before', open, flap, later(3_599), false],
    ['when it has been well for as long', closed, flap, later(3_600), true],
    ['not before either', closed, flap, later(3_599), false],
    ['when nobody asks for it any more', open, undefined, later(1), true],
    ['when the clock was put back since', open, flap, later(-1), true],
  ])('%s', (_, incident, limit, now, isStill) =>
    expect(calm(incident, { flap: limit, now }).flapping === undefined).toBe(isStill),
  )

  test('what does not flap stays as it is', () => {
    const incident = anIncident()
    expect(calm(incident, { flap, now: later(9_999) })).toBe(incident)
  })
})
