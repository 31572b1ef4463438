import fc from 'fast-check'
import { routesTo } from '../../src/core/incident/routes.ts'
import type { Routes } from '../../src/core/types.ts'
import type { Fate } from './fate.ts'
import type { Event, Pass, WatchPolicy } from './world.ts'

const ALL = ['mail/a', 'mail/b', 'pager']

/** Routes as people write them. */
const ROUTES: readonly Routes[] = [
  routesTo(ALL),
  routesTo(['mail/a', 'mail/b']),
  { unknown: ALL, warning: ['mail/a', 'mail/b'], critical: ALL },
  { unknown: ['mail/a'], warning: [], critical: ALL, closed: ['mail/a'] },
  { unknown: ['pager'], warning: ['pager'], critical: ['pager'], closed: ['mail/a', 'mail/b'] },
]

export const routes: fc.Arbitrary<Routes> = fc.constantFrom(...ROUTES)

export const policy: fc.Arbitrary<WatchPolicy> = fc
  .record({
    failures: fc.constantFrom<WatchPolicy['failures']>(1, 1, 2, { count: 2, of: 3 }),
    recoveries: fc.constantFrom(1, 1, 2),
    remind: fc.constantFrom<WatchPolicy['remind']>('never', 'never', 'always', 600),
    recovered: fc.constantFrom(true, true, true, false),
    flap: fc.constantFrom(undefined, undefined, { count: 2, within: 1_800 }),
  })
  .map(({ flap, ...rest }) => (flap === undefined ? rest : { ...rest, flap }))

const PASSING: readonly Fate[] = ['up', 'up', 'up', 'down', 'lost', 'doubtful', 'refuses one', 'defers one']

/** A run; the notifiers fare as they may, and it may be killed while it tells. */
export const run: fc.Arbitrary<Pass> = runWith(
  fc.constantFrom<Fate>(...PASSING, 'killed after it took one', 'killed between two'),
)

/** A run that comes to its end. */
export const undisturbedRun: fc.Arbitrary<Pass> = runWith(fc.constantFrom(...PASSING))

function runWith(fate: fc.Arbitrary<Fate>): fc.Arbitrary<Pass> {
  const found = fc.constantFrom<Pass['found']>(
    'ok',
    'ok',
    'ok',
    'critical',
    'critical',
    'warning',
    'absent',
    'fault',
    'blocked',
  )
  return fc.record({ kind: fc.constant('run' as const), found, fates: fc.record({ mail: fate, pager: fate }) })
}

/** What happens between runs while nobody edits the configuration. */
export const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 20, 130) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('silence' as const, 'unsilence' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('acknowledge' as const, 'remove' as const) }) },
)

const edit: fc.Arbitrary<Event> = fc.record({ kind: fc.constant('configure' as const), policy, routes })

/** A history: runs, and what happens between them. */
export const history: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof({ weight: 6, arbitrary: run }, { weight: 2, arbitrary: event }, { weight: 1, arbitrary: edit }),
  { maxLength: 40 },
)

/** All is well, and everybody can be reached, for as long as anybody may wait for another try. */
export const GOOD_END: readonly Event[] = [
  { kind: 'unsilence' },
  ...Array.from({ length: 8 }, (): readonly Event[] => [
    { kind: 'wait', minutes: 61 },
    { kind: 'run', found: 'ok', fates: {} },
  ]).flat(),
]

/** It is critical, and everybody can be reached. */
export const BAD_END: readonly Event[] = [
  { kind: 'unsilence' },
  ...Array.from({ length: 6 }, (): readonly Event[] => [
    { kind: 'wait', minutes: 61 },
    { kind: 'run', found: 'critical', fates: {} },
  ]).flat(),
]
