import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { BAD_END, event, GOOD_END, history, policy, routes, undisturbedRun } from './histories.ts'
import { brokenLaws, untold } from './laws.ts'
import { after, type Event, type Heard, newWorld, type Pass, type World } from './world.ts'

const HISTORIES = repetitions(10_000)
const options = { numRuns: HISTORIES }
const live = (world: World, events: readonly Event[]): World => events.reduce(after, world)

test(`no law is broken in ${HISTORIES} histories`, () =>
  fc.assert(
    fc.property(policy, routes, history, (policy, routes, events) => {
      expect(brokenLaws(live(newWorld(policy, routes), events))).toEqual([])
    }),
    options,
  ))

test('when all is well and everybody can be reached, everybody has heard, and nothing is left open', () =>
  fc.assert(
    fc.property(policy, routes, history, (policy, routes, events) => {
      const world = live(newWorld(policy, routes), [...events, ...GOOD_END])
      expect(untold(world)).toEqual([])
      expect(world.standing.incident).toBeUndefined()
      expect(brokenLaws(world)).toEqual([])
    }),
    options,
  ))

test('when it stays critical and everybody can be reached, everybody knows', () =>
  fc.assert(
    fc.property(policy, routes, history, (policy, routes, events) => {
      // What somebody has acknowledged is kept quiet for as long as they like.
      const heard = [...events.filter(({ kind }) => kind !== 'acknowledge'), ...BAD_END]
      const world = live(newWorld(policy, routes), heard)
      const { incident } = world.standing
      expect(incident?.closedAt).toBeUndefined()
      const ignorant = world.routes.critical.filter((recipient) => {
        const told = incident?.told[recipient]
        return told?.severity !== 'critical' || (told.episode !== incident?.episode && told.flapping !== true)
      })
      expect(ignorant).toEqual([])
    }),
    options,
  ))

test('each recipient hears the same, however the others fare', () => {
  const steps = fc.array(fc.oneof({ weight: 6, arbitrary: undisturbedRun }, { weight: 2, arbitrary: event }), {
    maxLength: 40,
  })
  const heardBy = (recipient: string, world: World): readonly string[] =>
    world.heard.filter((one) => one.recipient === recipient).map(inWords)
  fc.assert(
    fc.property(policy, routes, steps, (policy, routes, events) => {
      const [mailUp, pagerUp] = ['mail', 'pager'].map((notifier) =>
        events.map((one): Event => (one.kind === 'run' ? mended(one, notifier) : one)),
      )
      const world = live(newWorld(policy, routes), events)
      expect(heardBy('pager', world)).toEqual(heardBy('pager', live(newWorld(policy, routes), mailUp ?? [])))
      expect(heardBy('mail/b', world)).toEqual(heardBy('mail/b', live(newWorld(policy, routes), pagerUp ?? [])))
    }),
    options,
  )
})

function mended(pass: Pass, notifier: string): Pass {
  return { ...pass, fates: { ...pass.fates, [notifier]: 'up' } }
}

function inWords({ at, kind, headline }: Heard): string {
  return `${at} ${kind} ${headline}`
}
