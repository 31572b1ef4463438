import { expect, test } from 'vitest'
import { judgeRun } from '../../src/core/judge-run.ts'
import { later, NOON } from './builders.ts'

test.each([
  [
    'for how long it has been stuck',
    later(-90),
    'pid 7 is stuck: it has held the lock for 1 min 30 s (its time is 1 min)',
    later(-90),
  ],
  [
    'that nobody knows for how long, where the clock was put back',
    later(3_600),
    'pid 7 is stuck: it has held the lock since before the clock was put back (its time is 1 min)',
    NOON,
  ],
])('says of a run %s', (_, since, summary, from) =>
  expect(judgeRun({ pid: 7, since, timeout: 60, now: NOON })).toMatchObject({
    severity: 'critical',
    summary,
    since: from,
    cure: expect.stringContaining('kill -9 7'),
  }),
)

test('says that the lock is free where none holds it', () =>
  expect(judgeRun(undefined)).toMatchObject({ severity: 'ok', summary: 'the lock is free' }))
