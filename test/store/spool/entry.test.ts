import { expect, test } from 'vitest'
import type { JobEvent } from '../../../src/core/job.ts'
import { parseSpooled, textOf } from '../../../src/store/spool/entry.ts'

const EVENT: JobEvent = { job: 'n', runId: 'r', host: 'h', at: new Date('2026-11-30T02:30:00.123Z'), what: 'end' }

test.each<readonly [string, JobEvent]>([
  ['a bare end', EVENT],
  [
    'an end with all that there is',
    {
      ...EVENT,
      ...{ exitCode: 3, outcome: 'fail', duration: 1.5, message: 'ä\n"', outputBytes: 4, every: 60, grace: 1.5 },
      output: Buffer.from([0xff, 0, 0x0d, 0x0a]),
    },
  ],
  ['a start', { ...EVENT, what: 'start' }],
])('%s is read as it was written', (_, event) => {
  expect(parseSpooled(textOf({ to: 'postgres://db/x', event }))).toEqual({ to: 'postgres://db/x', event })
})

test.each([
  ['half an entry', textOf({ to: 'a', event: EVENT }).slice(0, -20), /not JSON/],
  ['nothing', '', /not JSON/],
  ['something else', '[]', /holds no event/],
  ['an event without a time', textOf({ to: 'a', event: EVENT }).replace('2026', 'x'), /holds no event/],
  ['an entry of a later version', '{"version":2}', /a later version/],
])('%s is said to be none', (_, text, says) => {
  expect(parseSpooled(text)).toMatch(says)
})
