import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Outage, outageLength, outagesOf } from '../../../src/core/incident/history.ts'
import type { JournalEntry } from '../../../src/core/ports.ts'
import type { Incident, Severity } from '../../../src/core/types.ts'
import { anIncident, later, NOON } from '../builders.ts'
import { journalOf, noticed } from './lived.ts'

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
  start: changes.since ?? later(seconds - 60),
  ...changes,
})

/** That it is silent: it beat that many seconds before its limit was crossed. */
const silent = (since: number, beforeThat = 600): Partial<JournalEntry> => ({
  since: later(since),
  start: later(since - beforeThat),
})

const DAY = 86_400
const secondsOf = (at: Date): number => (at.getTime() - NOON.getTime()) / 1_000

/** From when to when, how bad, and how it ended. */
function shortly({ check, item, since, end, first, worsenings, isAcknowledged }: Outage): string {
  const until = end === undefined ? 'now' : secondsOf(end.at)
  const how = end === undefined || end.kind === 'closed' ? '' : ` ${end.kind}`
  const severities = [first, ...worsenings.map(({ severity, at }) => `${severity} at ${secondsOf(at)}`)].join(', ')
  return `${check}${item ?? ''} ${secondsOf(since)} to ${until} ${severities}${isAcknowledged ? ' seen' : ''}${how}`
}

describe('an outage', () => {
  test.each<[string, readonly JournalEntry[], readonly string[]]>([
    ['goes from when it was bad to its end', [entry('opened', 0), entry('closed', 600)], ['mdx -60 to 600 critical']],
    ['goes on', [entry('opened', 0)], ['mdx -60 to now critical']],
    [
      'says when it got worse',
      [
        entry('opened', 0, { severity: 'unknown' }),
        entry('worsened', 60, { severity: 'warning' }),
        entry('worsened', 80),
        entry('closed', 90),
      ],
      ['mdx -60 to 90 unknown, warning at 60, critical at 80'],
    ],
    [
      'may come again',
      [entry('opened', 0), entry('closed', 60), entry('opened', 300, { id: 'id-2' })],
      ['mdx -60 to 60 critical', 'mdx 240 to now critical'],
    ],
    [
      'may come again as another episode of the same incident',
      [
        entry('opened', 0),
        entry('closed', 60),
        entry('opened', 300, { episode: 2 }),
        entry('closed', 400, { episode: 2 }),
      ],
      ['mdx -60 to 60 critical', 'mdx 240 to 400 critical'],
    ],
    ['has at least its end where its beginning was lost', [entry('closed', 60)], ['mdx 0 to 60 critical']],
    ['begins with its worsening where its beginning was lost', [entry('worsened', 60)], ['mdx 0 to now critical']],
    ['is seen', [entry('opened', 0), entry('acknowledged', 30), entry('closed', 60)], ['mdx -60 to 60 critical seen']],
    ['is cleared', [entry('opened', 0), entry('cleared', 60)], ['mdx -60 to 60 critical cleared']],
    [
      'is not cleared when it is over',
      [entry('opened', 0), entry('closed', 60), entry('cleared', 90)],
      ['mdx -60 to 60 critical'],
    ],
    [
      'is over when somebody was given up, whatever else is lost',
      [entry('opened', 0), entry('closed', 60), entry('given up', DAY), entry('given up', DAY, { id: 'id-2' })],
      ['mdx -60 to 60 critical'],
    ],
    [
      'is that of one row',
      [
        entry('opened', 0, { item: 'a' }),
        entry('opened', 1, { item: 'b', id: 'id-2' }),
        entry('closed', 60, { item: 'a' }),
      ],
      ['mdxa -60 to 60 critical', 'mdxb -59 to now critical'],
    ],
    [
      'is that of one configuration',
      [entry('opened', 0), entry('opened', 9, { origin: 'there', id: 'id-2' }), entry('closed', 60)],
      ['mdx -60 to 60 critical', 'mdx -51 to now critical'],
    ],
    [
      'has the last name of its check, which one with a lockfile of its own may change',
      [entry('opened', 0), entry('closed', 60, { check: 'imports' })],
      ['imports -60 to 60 critical'],
    ],
  ])('%s', (_, entries, expected) => expect(told(entries)).toEqual(expected))
})

describe('where a run was killed between the journal and the lockfile', () => {
  test.each<[string, readonly JournalEntry[], readonly string[]]>([
    [
      'what the next one opens is the same outage',
      [entry('opened', 0), entry('opened', 60, { id: 'id-2' }), entry('closed', 90, { id: 'id-2' })],
      ['mdx -60 to 90 critical'],
    ],
    [
      'and may be worse by then',
      [entry('opened', 0, { severity: 'warning' }), entry('opened', 60, { id: 'id-2' })],
      ['mdx -60 to now warning, critical at 60'],
    ],
    [
      'what the next one opens days later is the same where it has been silent all the time',
      [entry('opened', 0, silent(-60)), entry('opened', 3 * DAY, { id: 'id-2', ...silent(-60) })],
      ['mdx -60 to now critical'],
    ],
    [
      'what the next one opens is another outage where there was a beat in between',
      [entry('opened', 0, silent(-60)), entry('opened', 900, { id: 'id-2', ...silent(840) })],
      ['mdx -60 to 0 critical unseen', 'mdx 840 to now critical'],
    ],
    [
      'it ended when the next one has seen that',
      [entry('opened', 0), entry('closed', 60), entry('closed', 120)],
      ['mdx -60 to 120 critical'],
    ],
    [
      'it has not ended where it got worse instead',
      [
        entry('opened', 0, { severity: 'warning' }),
        entry('closed', 60, { severity: 'warning' }),
        entry('worsened', 120),
      ],
      ['mdx -60 to now warning, critical at 120'],
    ],
    [
      'nor where somebody has seen it since',
      [entry('opened', 0), entry('closed', 60), entry('acknowledged', 120)],
      ['mdx -60 to now critical seen'],
    ],
    [
      'what it got to twice it got to once',
      [entry('opened', 0, { severity: 'warning' }), entry('worsened', 60), entry('worsened', 120)],
      ['mdx -60 to now warning, critical at 60'],
    ],
  ])('%s', (_, entries, expected) => expect(told(entries)).toEqual(expected))
})

describe('where its end was seen by nobody', () => {
  test.each<[string, readonly JournalEntry[], readonly string[]]>([
    [
      'it was bad at least until the last word on it, and no month, and the next is another',
      [entry('opened', 0), entry('acknowledged', 90), entry('opened', 30 * DAY, { id: 'id-2' })],
      ['mdx -60 to 90 critical seen unseen', `mdx ${30 * DAY - 60} to now critical`],
    ],
    [
      'the next episode of the same incident is another',
      [entry('opened', 0), entry('opened', 120, { episode: 2 })],
      ['mdx -60 to 0 critical unseen', 'mdx 60 to now critical'],
    ],
  ])('%s', (_, entries, expected) => expect(told(entries)).toEqual(expected))
})

describe('the lockfiles', () => {
  const standing = (changes: Partial<Incident> = {}): Incident => anIncident({ since: later(-60), ...changes })
  const ended = { closedAt: later(90), closedBy: { cause: 'age' as const, summary: 'alive' } }
  test.each<[string, readonly JournalEntry[], readonly Incident[], readonly string[]]>([
    ['say that it goes on', [entry('opened', 0)], [standing()], ['mdx -60 to now critical']],
    ['say that it was forgotten', [entry('opened', 0)], [], ['mdx -60 to 0 critical unseen']],
    [
      'come a little later than the journal',
      [entry('opened', 2 * DAY - 59)],
      [],
      [`mdx ${2 * DAY - 119} to now critical`],
    ],
    ['keep what the journal has lost', [], [standing()], ['mdx -60 to now critical']],
    [
      'keep that somebody has seen it',
      [],
      [standing({ acknowledged: { by: 'root', at: NOON } })],
      ['mdx -60 to now critical seen'],
    ],
    ['know of an end that is not in the journal', [entry('opened', 0)], [standing(ended)], ['mdx -60 to 90 critical']],
    [
      'know of an end that was none',
      [entry('opened', 0), entry('closed', 60)],
      [standing()],
      ['mdx -60 to now critical'],
    ],
    [
      'say nothing of what ended and was told',
      [entry('opened', 0), entry('closed', 60)],
      [],
      ['mdx -60 to 60 critical'],
    ],
    [
      'may be of another configuration',
      [entry('opened', 0)],
      [standing(), standing({ origin: 'there', id: 'id-2', since: NOON })],
      ['mdx -60 to now critical', 'mdx 0 to now critical'],
    ],
  ])('%s', (_, entries, incidents, expected) =>
    expect(outagesOf(entries, { incidents, now: later(2 * DAY) }).map(shortly)).toEqual(expected),
  )
})

test.each<[string, readonly JournalEntry[], number]>([
  ['from the last beat, where it was silent', [entry('opened', 0, silent(-60)), entry('closed', 90, silent(-60))], 750],
  [
    'from when it was first seen, where it was not',
    [entry('opened', 0), entry('closed', 90, { since: later(-60) })],
    150,
  ],
  [
    'as the notice of its end says, where it turned out to be silent',
    [entry('opened', 0), entry('worsened', 60, silent(-60)), entry('closed', 90, silent(-60))],
    750,
  ],
  ['to now, where it goes on', [entry('opened', 0, silent(-60))], 1_660],
  [
    'never less than nothing, where the clock was put back',
    [entry('opened', 0), entry('closed', -DAY, { since: later(-60) })],
    0,
  ],
])('its length counts %s', (_, entries, expected) => {
  const [outage] = outagesOf(entries, { incidents: undefined, now: later(1_000) })
  expect(outage && outageLength(outage, later(1_000))).toBe(expected)
})

function told(entries: readonly JournalEntry[]): readonly string[] {
  return outagesOf(entries, { incidents: undefined, now: later(1_000) }).map(shortly)
}

/** The journal of a few checks, each with what it was at some minutes. */
const lived = fc
  .array(fc.array(fc.constantFrom<Severity>('ok', 'ok', 'warning', 'unknown', 'critical'), { maxLength: 30 }), {
    maxLength: 4,
  })
  .map((checks) => checks.flatMap((states, i) => journalOf(noticed(states), { check: `check-${i}`, apart: 60 })))
  .map((entries) => entries.toSorted((a, b) => a.at.getTime() - b.at.getTime()))

describe('of any journal', () => {
  test('a line that stands there twice is one', () =>
    fc.assert(
      fc.property(lived, fc.array(fc.nat({ max: 5 })), (entries, repeats) => {
        const repeated = entries.flatMap((line, i) => Array.from({ length: 1 + (repeats[i] ?? 0) }, () => line))
        expect(told(repeated)).toEqual(told(entries))
        expect(told([...entries, ...entries])).toEqual(told(entries))
      }),
    ))

  test('an opening that came to nothing changes nothing where the next run opens it again', () =>
    fc.assert(
      fc.property(lived, fc.nat(), (entries, which) => {
        const openings = entries.filter(({ event }) => event === 'opened')
        const killed = openings[which % Math.max(1, openings.length)]
        const lines = entries.flatMap((line) => (line === killed ? [{ ...line, id: 'killed' }, line] : [line]))
        expect(told(lines)).toEqual(told(entries))
      }),
    ))

  test('a line that is lost changes nothing but what it is about', () =>
    fc.assert(
      fc.property(lived, fc.nat(), (entries, which) => {
        const lost = entries[which % Math.max(1, entries.length)]
        const others = (lines: readonly JournalEntry[]): readonly string[] =>
          told(lines).filter((words) => !words.startsWith(`${lost?.check} `))
        const left = entries.filter((line) => line !== lost)
        expect(others(left)).toEqual(others(entries))
        expect(Math.abs(told(left).length - told(entries).length)).toBeLessThanOrEqual(1)
      }),
    ))
})
