import { expect, test } from 'vitest'
import type { LastRun } from '../../src/core/ports.ts'
import { lastRunOf, type Pass } from '../../src/run/last-run.ts'

const NOON = new Date('2026-11-29T12:00:00Z')
const EARLIER = new Date('2026-11-29T11:00:00Z')

const QUIET: Pass = { at: NOON, judged: 1, accepted: 0, errors: 0, undelivered: 0, tells: true }
const BEFORE: LastRun = { at: EARLIER, judged: 1, accepted: 0, errors: 0, undelivered: 0 }

test.each<[string, Partial<Pass>, Partial<LastRun>, Pick<LastRun, 'failingSince' | 'acceptedAt'>]>([
  ['says nothing where nothing was due', {}, {}, {}],
  ['remembers when something was last accepted', {}, { acceptedAt: EARLIER }, { acceptedAt: EARLIER }],
  ['notes that something was accepted', { accepted: 1 }, {}, { acceptedAt: NOON }],
  ['notes since when something is due in vain', { undelivered: 1 }, {}, { failingSince: NOON }],
  ['keeps since when', { undelivered: 1 }, { failingSince: EARLIER }, { failingSince: EARLIER }],
  ['does not forget it where nothing is due any more', {}, { failingSince: EARLIER }, { failingSince: EARLIER }],
  ['is mended by what is accepted', { accepted: 1 }, { failingSince: EARLIER }, { acceptedAt: NOON }],
  ['can tell where some are told and others are not', { accepted: 1, undelivered: 1 }, {}, { acceptedAt: NOON }],
  ['is mended where there is nobody to tell any more', { tells: false }, { failingSince: EARLIER }, {}],
])('%s', (_, pass, before, told) => {
  const { failingSince, acceptedAt } = lastRunOf({ ...QUIET, ...pass }, { ...BEFORE, ...before })
  expect({ failingSince, acceptedAt }).toEqual({ failingSince: undefined, acceptedAt: undefined, ...told })
})

test('a first run begins with nothing', () =>
  expect(lastRunOf(QUIET, undefined)).toEqual({ at: NOON, judged: 1, accepted: 0, errors: 0, undelivered: 0 }))
