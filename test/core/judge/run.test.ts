import { expect, test } from 'vitest'
import { judgeRun } from '../../../src/core/judge/run.ts'
import { later, NOON } from '../builders.ts'

test.each([
  [
    'for how long it has been stuck',
    later(-90),
    'pid 7 is stuck: it has held the lock for 1 min 30 s (its time is 1 min)',
    later(-90),
  ],
  [
    'that has just begun how long it has been stuck',
    NOON,
    'pid 7 is stuck: it has held the lock for 0 s (its time is 1 min)',
    NOON,
  ],
  [
    'that nobody knows for how long, where the clock was put back',
    later(3_600),
    'pid 7 is stuck: it has held the lock since before the clock was put back (its time is 1 min)',
    NOON,
  ],
])('says of a run %s', (_, since, summary, from) =>
  expect(judgeRun({ pid: 7, since, timeout: 60, now: NOON })).toStrictEqual({
    check: 'run:lock',
    kind: 'run',
    severity: 'critical',
    cause: 'stuck',
    summary,
    since: from,
    cure: 'see what it waits for (ps -o stat,wchan:30,args -p 7), or end it: kill -9 7',
    metrics: [],
  }),
)

test('says that the lock is free where none holds it', () =>
  expect(judgeRun(undefined)).toStrictEqual({
    check: 'run:lock',
    kind: 'run',
    severity: 'ok',
    cause: 'stuck',
    summary: 'the lock is free',
    metrics: [],
  }))
