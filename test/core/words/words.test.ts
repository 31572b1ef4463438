import { describe, expect, test } from 'vitest'
import type { Check, Many } from '../../../src/core/check.ts'
import type { Notice } from '../../../src/core/incident/notice.ts'
import { type Range, upTo } from '../../../src/core/judge/range.ts'
import type { Scheduled } from '../../../src/core/time/scheduled.ts'
import type { Cause, Incident } from '../../../src/core/types.ts'
import { expectationOf, headlineOf, lengthOf, noticeRows } from '../../../src/core/words/words.ts'
import { SQL } from '../../../src/sources/sql/kind.ts'
import { aCheck, anIncident, later } from '../builders.ts'

const INFINITY = Number.POSITIVE_INFINITY
const outside = (from: number, to: number): Range => ({ from, to, alerts: 'outside' })
const many = (judge: Many['judge']): Many => ({ judge, vanished: 'unknown', expect: [], minRows: 0, maxRows: 10 })
const query = (sql: string) => {
  const look = { kind: 'query', sql, parameters: [], rows: 'one' } as const
  return { source: 'app', look, where: SQL.where as Check['where'] }
}
const { warning: _, critical: __, ...UNLIMITED } = aCheck()
const scheduled: Scheduled = {
  schedule: { expression: '0 4 * * *', nextDue: () => undefined, previousDue: () => undefined },
  timezone: 'UTC',
  grace: 1_800,
}

test.each<[string, Check, string]>([
  [
    'an age',
    aCheck(),
    'last_alive in runtime_info of database mail is younger than 5 min (else warning), 10 min (else critical)',
  ],
  [
    'one limit',
    { ...UNLIMITED, critical: upTo(600) },
    'last_alive in runtime_info of database mail is younger than 10 min (else critical)',
  ],
  [
    'an age in a range',
    { ...UNLIMITED, critical: outside(60, 3_600) },
    'last_alive in runtime_info of database mail is of an age in 1min:1h (else critical)',
  ],
  [
    'a deadline',
    { ...UNLIMITED, measure: 'overdue', critical: upTo(0) },
    'last_alive in runtime_info of database mail is overdue for at most 0 s (else critical)',
  ],
  [
    'a deadline, and a time before it',
    { ...UNLIMITED, measure: 'overdue', warning: upTo(-604_800), critical: upTo(600) },
    'last_alive in runtime_info of database mail is due in at least 1 w (else warning), overdue for at most 10 min (else critical)',
  ],
  [
    'an amount',
    { ...UNLIMITED, measure: 'amount', warning: outside(0, 5), critical: outside(10, INFINITY) },
    'last_alive in runtime_info of database mail is in 5 (else warning), 10: (else critical)',
  ],
  [
    'what its source judges by itself',
    { ...UNLIMITED, ...query('SELECT 1') },
    '"SELECT 1" in database app is as it should be',
  ],
  [
    'each row',
    aCheck({ many: many('each'), ...query('SELECT 1') }),
    'each of "SELECT 1" in database app is younger than 5 min (else warning), 10 min (else critical)',
  ],
  [
    'any row',
    aCheck({ many: many('any'), ...query('SELECT 1') }),
    'one of "SELECT 1" in database app is younger than 5 min (else warning), 10 min (else critical)',
  ],
  [
    'all rows',
    aCheck({ many: many('all'), ...query('SELECT 1') }),
    'all of "SELECT 1" in database app is younger than 5 min (else warning), 10 min (else critical)',
  ],
  [
    'a query of many lines',
    aCheck({ ...query('\n  SELECT at\t-- the last\n  FROM t\u001b[2J\n') }),
    '"SELECT at -- the last FROM t\\x1b[2J" in database app is younger than 5 min (else warning), 10 min (else critical)',
  ],
  [
    'an age within open hours',
    aCheck({ open: { windows: { text: 'mon-fri 08:00-18:00', week: [], except: [] }, timezone: 'Europe/Paris' } }),
    'last_alive in runtime_info of database mail is younger than 5 min (else warning), 10 min (else critical), counting only mon-fri 08:00-18:00 (Europe/Paris)',
  ],
  [
    'a schedule',
    { ...UNLIMITED, scheduled },
    'last_alive in runtime_info of database mail is in time for each run at 0 4 * * * (UTC), grace 30 min (else critical)',
  ],
  [
    'a schedule beside a limit',
    { ...UNLIMITED, critical: upTo(86_400), scheduled },
    'last_alive in runtime_info of database mail is younger than 1 d (else critical), and in time for each run at 0 4 * * * (UTC), grace 30 min (else critical)',
  ],
])('the expectation of %s', (__, check, words) => expect(expectationOf(check)).toBe(words))

test('a long query is cut', () =>
  expect(expectationOf(aCheck({ ...query(`SELECT ${'x'.repeat(10_000)}`) })).length).toBeLessThan(250))

const ended = (cause: Cause, changes: Partial<Incident> = {}, closedBy: Cause | 'unwatched' = cause): Incident => {
  const { limit: _limit, lastBeat: _beat, ...rest } = anIncident({ cause, summary: 'words', since: later(-60) })
  return { ...rest, closedAt: later(540), closedBy: { cause: closedBy, summary: 'fine' }, ...changes }
}
const headline = (kind: Notice['kind'], incident: Incident): string =>
  headlineOf({ incident, kind, earlier: [], ordinal: 1 }, 'UTC')
const SILENT = { limit: 600, lastBeat: later(-660) }
const YOUNG = { lastBeat: later(-90) }

describe('the end', () => {
  test.each<[string, Incident, string]>([
    ['of a silence', ended('age', SILENT), 'OK mdx: alive again after 20 min'],
    ['of what was taken over with its lockfile', ended('age'), 'OK mdx: alive again after 10 min'],
    ['of beats too often', ended('age', YOUNG), 'OK mdx: ok again after 10 min'],
    ['of an amount', ended('amount'), 'OK mdx: ok again after 10 min'],
    ['of a deadline that was over', ended('overdue', { limit: 0 }), 'OK mdx: ok again after 10 min'],
    ['of a run that was missed', ended('schedule', { lastBeat: later(-660) }), 'OK mdx: ran again after 10 min'],
    ['of a fault', ended('invalid', {}, 'age'), 'OK mdx: ok again after 10 min'],
    ['of a beat of tomorrow', ended('future', YOUNG, 'age'), 'OK mdx: ok again after 10 min'],
    [
      'by a row that is gone',
      ended('age', { ...SILENT, item: 'a' }, 'vanished'),
      'OK mdx/a: no entry any more after 20 min',
    ],
    ['by NULL where that is fine', ended('amount', {}, 'absent'), 'OK mdx: no entry any more after 10 min'],
    ['by the configuration', ended('overdue', {}, 'unwatched'), 'OK mdx: no longer watched after 10 min'],
    ['of no rows', ended('absent', {}, 'rows'), 'OK mdx: ok again after 10 min'],
    [
      'of a clock that was wrong',
      ended('skew', { check: 'clock:mail' }),
      'OK clock of database mail: ok again after 10 min',
    ],
    [
      'of a database that was down',
      ended('unreachable', { check: 'database:mail' }, 'answered'),
      'OK database mail: answers again after 10 min',
    ],
    ['of a row of any name', ended('amount', { item: 'a/b\n\u202e' }), 'OK mdx/a/b\\n\\u202e: ok again after 10 min'],
  ])('%s', (__, incident, words) => expect(headline('closed', incident)).toBe(words))
})

describe('a reminder', () => {
  test.each<[string, Incident, string]>([
    ['of a silence', ended('age', SILENT), 'REMINDER CRITICAL mdx: silent since 11:49 (limit 10 min)'],
    ['of beats too often', ended('age', YOUNG), 'REMINDER CRITICAL mdx: since 11:59: words'],
    ['of an amount', ended('amount'), 'REMINDER CRITICAL mdx: since 11:59: words'],
    ['of a deadline', ended('overdue', { limit: 600 }), 'REMINDER CRITICAL mdx: since 11:59: words'],
    ['of a missed run', ended('schedule', YOUNG), 'REMINDER CRITICAL mdx: since 11:59: words'],
    ['of a row that is gone', ended('vanished', { item: 'a' }), 'REMINDER CRITICAL mdx/a: since 11:59: words'],
  ])('%s', (__, incident, words) => expect(headline('reminder', incident)).toBe(words))
})

describe('what was missed', () => {
  test.each<[string, Incident, string]>([
    ['a silence', ended('age', SILENT), 'MISSED mdx: was silent from 11:49 to 12:09, now alive'],
    ['beats too often', ended('age', YOUNG), 'MISSED mdx: was critical from 11:59 to 12:09 (words), now ok'],
    ['an amount', ended('amount'), 'MISSED mdx: was critical from 11:59 to 12:09 (words), now ok'],
    ['a run', ended('schedule', YOUNG), 'MISSED mdx: was critical from 11:59 to 12:09 (words), now ok'],
    ['a fault', ended('invalid', {}, 'age'), 'MISSED mdx: was critical from 11:59 to 12:09 (words), now alive'],
    [
      'a clock',
      ended('skew', { check: 'clock:mail' }),
      'MISSED clock of database mail: was critical from 11:59 to 12:09 (words), now ok',
    ],
    [
      'a row that is gone',
      ended('amount', {}, 'vanished'),
      'MISSED mdx: was critical from 11:59 to 12:09 (words), now no entry any more',
    ],
  ])('%s', (__, incident, words) => expect(headline('missed', incident)).toBe(words))
})

test('a clock that was put back leaves no length below zero', () =>
  expect(lengthOf(ended('age', { closedAt: later(-7_200) }))).toBe(0))

test('the lines below the headline have what is known, and nothing else', () => {
  const notice: Notice = { incident: ended('amount'), kind: 'closed', earlier: [], ordinal: 1 }
  expect(noticeRows(notice, { timezone: 'UTC', check: undefined }).map(([label]) => label)).toEqual([
    'Was',
    'Since',
    'Until',
    'Now',
  ])
})
