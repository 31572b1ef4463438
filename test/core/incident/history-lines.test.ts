import { describe, expect, test } from 'vitest'
import { type Outage, outagesOf } from '../../../src/core/incident/history.ts'
import type { JournalEntry } from '../../../src/core/ports.ts'
import type { Incident } from '../../../src/core/types.ts'
import { anIncident, later, NOON } from '../builders.ts'

/** Of a check that has been bad for a minute. */
const entry = (event: JournalEntry['event'], seconds: number, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  at: later(seconds),
  event,
  origin: 'here',
  check: 'mdx',
  id: 'id-1',
  episode: 1,
  severity: 'critical',
  summary: event === 'closed' ? 'answers' : 'no such table',
  since: later(seconds - 60),
  start: later(seconds - 60),
  ...changes,
})

const told = (entries: readonly JournalEntry[], incidents?: readonly Incident[], now = later(9_000)) =>
  outagesOf(entries, { incidents, now })
const first = (entries: readonly JournalEntry[], incidents?: readonly Incident[]): Outage | undefined =>
  told(entries, incidents)[0]
const ids = (entries: readonly JournalEntry[]) => told(entries).map(({ id }) => id)

test('outages are told in the order of their beginnings, whichever was noticed first', () =>
  expect(
    told([
      entry('opened', 100, { check: 'c', id: 'id-3' }),
      entry('opened', 200, { check: 'a', id: 'id-1', since: later(-300) }),
      entry('opened', 300, { check: 'b', id: 'id-2', since: later(-200) }),
    ]).map(({ check }) => check),
  ).toEqual(['a', 'b', 'c']))

describe('an opening under another id, of what nobody has seen the end of', () => {
  const again = (seconds: number, since: number, start: number): JournalEntry =>
    entry('opened', seconds, { id: 'id-2', since: later(since), start: later(start) })

  test.each<[string, JournalEntry, readonly string[]]>([
    ['is of the same outage where it was bad without being silent', again(900, 840, 840), ['id-2']],
    ['is of the same outage where the last beat is as old as the last word on it', again(700, 600, 0), ['id-2']],
    ['is of another where a beat came after the last word on it', again(700, 600, 1), ['id-1', 'id-2']],
    ['is of the same outage an hour after the last word on it', again(3_660, 3_600, 3_600), ['id-2']],
    ['is of another after more than an hour', again(3_661, 3_601, 3_601), ['id-1', 'id-2']],
  ])('%s', (_, line, expected) => expect(ids([entry('opened', 0), line])).toEqual(expected))
})

describe('an outage', () => {
  test('has all that its opening says of it', () =>
    expect(first([entry('opened', 0)])).toStrictEqual({
      origin: 'here',
      check: 'mdx',
      id: 'id-1',
      episode: 1,
      openedAt: NOON,
      since: later(-60),
      start: later(-60),
      first: 'critical',
      worsenings: [],
      severity: 'critical',
      summary: 'no such table',
      isAcknowledged: false,
      notedAt: NOON,
    }))

  test('of a row has its name', () => expect(first([entry('opened', 0, { item: 'a' })])?.item).toBe('a'))

  test('has the last name of its row', () =>
    expect(first([entry('opened', 0, { item: 'a' }), entry('closed', 60, { item: 'b' })])?.item).toBe('b'))

  test('of which only the end is known has no words for what was bad', () => {
    const outage = first([entry('closed', 60)])
    expect(outage).not.toHaveProperty('summary')
    expect(outage?.end).toEqual({ kind: 'closed', at: later(60), summary: 'answers' })
  })

  test.each<[string, readonly number[], number]>([
    ['the last line', [0, 60], 60],
    ['an earlier line where the clock was put back since', [60, 30], 60],
  ])('is noted when %s says', (_, [opened = 0, seen = 0], expected) =>
    expect(first([entry('opened', opened), entry('acknowledged', seen)])?.notedAt).toEqual(later(expected)),
  )

  test.each<[string, JournalEntry['severity'], JournalEntry['severity'], JournalEntry['severity']]>([
    ['its end says, where the line that said so is lost', 'warning', 'critical', 'critical'],
    ['it ever was', 'critical', 'warning', 'critical'],
    ['it was all the time', 'warning', 'warning', 'warning'],
  ])('was as bad as %s', (_, opened, closed, expected) =>
    expect(first([entry('opened', 0, { severity: opened }), entry('closed', 60, { severity: closed })])?.severity).toBe(
      expected,
    ),
  )
})

describe('an outage that is known from its lockfile alone', () => {
  test('is that of a check', () => {
    const outage = first([], [anIncident()])
    expect(outage).toMatchObject({ check: 'mdx', openedAt: NOON, since: later(-1_920), start: later(-2_520) })
    expect(outage).not.toHaveProperty('item')
  })

  test('is that of a row', () =>
    expect(first([], [anIncident({ item: 'a' })])).toMatchObject({ check: 'mdx', item: 'a' }))
})

test.each<[string, Partial<Incident>, object]>([
  ['with what was seen', { closedBy: { cause: 'age', summary: 'alive' } }, { summary: 'alive' }],
  ['without words where there are none', {}, {}],
])('a lockfile says when it ended, %s', (_, changes, words) =>
  expect(first([entry('opened', 0)], [anIncident({ closedAt: later(90), ...changes })])?.end).toStrictEqual({
    kind: 'closed',
    at: later(90),
    ...words,
  }),
)

test.each<[string, number, Outage['end']]>([
  ['less than a minute ago may still get one', 59.999, undefined],
  ['a minute ago is forgotten', 60, { kind: 'unseen', at: NOON }],
  ['just after now may still get one, where the clock was put back', -59.999, undefined],
  ['a minute after now is forgotten', -60, { kind: 'unseen', at: NOON }],
])('what was noted without a lockfile %s', (_, ago, end) =>
  expect(told([entry('opened', 0)], [], later(ago))[0]?.end).toEqual(end),
)

test('how bad it became is known from its lockfile, where the line that said so is lost', () => {
  const opened = entry('opened', 0, { severity: 'warning' })
  const incident = (severity: Incident['severity']): Incident => anIncident({ severity, since: later(-60) })
  expect(first([opened], [incident('critical')])).toMatchObject({ first: 'warning', severity: 'critical' })
  expect(first([entry('opened', 0)], [incident('warning')])).toMatchObject({ severity: 'critical' })
})
