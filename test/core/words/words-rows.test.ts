import { describe, expect, test } from 'vitest'
import type { Silence } from '../../../src/core/incident/muted.ts'
import type { Notice } from '../../../src/core/incident/notice.ts'
import { upTo } from '../../../src/core/judge/range.ts'
import type { Incident } from '../../../src/core/types.ts'
import {
  acknowledgementOf,
  describeSilence,
  expectationOf,
  headlineOf,
  isEnd,
  noticeRows,
  oftenOf,
} from '../../../src/core/words/words.ts'
import { aCheck, anIncident, later, NOON } from '../builders.ts'

const notice = (kind: Notice['kind'], incident: Incident, more: Partial<Notice> = {}): Notice => ({
  incident,
  kind,
  earlier: [],
  ordinal: 1,
  ...more,
})
const closed = { closedAt: later(1_260), closedBy: { cause: 'age' as const, summary: 'alive 1 s ago' } }
const flapping = { flapping: { since: later(-3_600), openings: 6 } }
const { limit: _, lastBeat: __, ...amount } = anIncident({ cause: 'amount', summary: '7 (limit 5)' })
const answered = { closedAt: later(1_260), closedBy: { cause: 'answered' as const, summary: 'answers' } }
const down: Incident = { ...amount, check: 'database:mail', cause: 'unreachable', summary: 'refused' }

describe('the headline', () => {
  test.each<[string, Notice['kind'], Incident, string]>([
    [
      'of what flaps',
      'flapping',
      anIncident(flapping),
      'FLAPPING mdx: opened 6 times since 11:00, last silent for 42 min (limit 10 min)',
    ],
    ['of what has settled and is alive', 'settled', anIncident(closed), 'SETTLED OK mdx: alive since 12:21'],
    [
      'of what has settled and is not',
      'settled',
      anIncident(),
      'SETTLED CRITICAL mdx: silent since 11:18 (limit 10 min)',
    ],
    [
      'of what has settled, by nobody knows what',
      'settled',
      { ...amount, closedAt: later(60) },
      'SETTLED OK mdx: ok since 12:01',
    ],
    ['of what has worsened', 'worsened', anIncident(), 'CRITICAL mdx: silent for 42 min (limit 10 min)'],
    [
      'of a database that was down',
      'missed',
      { ...down, ...answered },
      'MISSED database mail: was critical from 11:28 to 12:21 (refused), now it answers',
    ],
    [
      'of a run that was stuck',
      'closed',
      { ...amount, check: 'run:lock', cause: 'stuck', closedAt: later(0), closedBy: { cause: 'stuck', summary: '' } },
      'OK run of lastalive: ended after 32 min',
    ],
  ])('%s', (___, kind, incident, words) => expect(headlineOf(notice(kind, incident), 'UTC')).toBe(words))
})

test.each<[string, Notice['kind'], Incident, boolean]>([
  ['what has opened', 'opened', anIncident(), false],
  ['what is closed', 'closed', anIncident(closed), true],
  ['what was missed', 'missed', anIncident(closed), true],
  ['what has settled and is well', 'settled', anIncident(closed), true],
  ['what has settled and is not', 'settled', anIncident(), false],
  ['what flaps and is well at the moment', 'flapping', anIncident({ ...flapping, ...closed }), false],
])('whether it is over: %s', (___, kind, incident, expected) => expect(isEnd({ kind, incident })).toBe(expected))

describe('below the headline', () => {
  const rows = (one: Notice) => noticeRows(one, { timezone: 'UTC', check: undefined }).map((row) => row.join(': '))
  const known = ['Last beat: 2026-11-22 11:18:00 +00:00', 'Since: 2026-11-22 11:28:00 +00:00']
  const seen = 'Seen at: 2026-11-22 12:00:00 +00:00'
  const was = 'Was: critical: silent for 42 min (limit 10 min)'
  const until = 'Until: 2026-11-22 12:21:00 +00:00'

  test.each<[string, Notice, readonly string[]]>([
    ['is what was seen', notice('opened', anIncident()), [seen, ...known]],
    ...[
      [1, 'second'],
      [2, 'third'],
      [9, 'tenth'],
      [10, '11th'],
      [21, '22nd'],
      [112, '113th'],
    ].map(([times, word]): [string, Notice, readonly string[]] => [
      `is how often it was before: ${times} times`,
      notice('opened', anIncident({ before: { times: Number(times), since: later(-86_400), seconds: 2_520 } })),
      [seen, ...known, `Again: ${word} time in 7 days, last on Sat 21 Nov for 42 min`],
    ]),
    [
      'is what it was and how it is, and nothing to do any more',
      notice('closed', anIncident({ ...closed, cure: 'start it' })),
      [was, ...known, until, 'Now: alive 1 s ago'],
    ],
    [
      'is what it was where it has settled',
      notice('settled', anIncident(closed)),
      [was, ...known, until, 'Now: alive 1 s ago'],
    ],
    [
      'is how often what flaps has opened',
      notice('flapping', anIncident(flapping)),
      [seen, ...known, 'Flapping: opened 6 times since 11:00'],
    ],
    [
      'is who has seen it',
      notice('worsened', anIncident({ acknowledged: { by: 'anna', at: NOON } })),
      [seen, ...known, 'Seen by: anna at 2026-11-22 12:00:00 +00:00'],
    ],
    [
      'is what was printed, as long as it lasts',
      notice('opened', anIncident({ tail: ['copying', 'no space left'] })),
      [seen, ...known, 'Output: copying\nno space left'],
    ],
    [
      'is not what was printed once it is over',
      notice('closed', anIncident({ ...closed, tail: ['no space left'] })),
      [was, ...known, until, 'Now: alive 1 s ago'],
    ],
    [
      'is that every run says it again',
      notice('opened', anIncident(), { willRepeat: 'no space left' }),
      [seen, ...known, 'Repeats: every run says this again: no space left'],
    ],
    [
      'is that the next run may say its end again',
      notice('closed', anIncident(closed), { willRepeat: 'no space left' }),
      [was, ...known, until, 'Now: alive 1 s ago', 'Repeats: the next run may say this again: no space left'],
    ],
  ])('%s', (___, one, expected) => expect(rows(one)).toEqual(expected))

  test('are the last five of the earlier episodes', () => {
    const earlier = [1, 2, 3, 4, 5, 6, 7].map((episode) => ({
      episode,
      since: later(episode * 60),
      closedAt: later(episode * 60 + 30),
    }))
    expect(rows(notice('opened', anIncident(), { earlier })).slice(3)).toEqual(
      [3, 4, 5, 6, 7].map((minute) => `Earlier: the same from 12:0${minute} to 12:0${minute}; its end was not told`),
    )
  })

  test('are a long note and a long address of a runbook, cut', () => {
    const check = aCheck({ note: `a\n${'x'.repeat(2_000)}`, runbook: 'y'.repeat(2_000) })
    const [note, runbook] = noticeRows(notice('opened', anIncident()), { timezone: 'UTC', check }).slice(-2)
    expect(note).toEqual(['Note', `a\\n${'x'.repeat(996)}…`])
    expect(runbook).toEqual(['Runbook', `${'y'.repeat(999)}…`])
  })
})

test('how often it opens is not known of what does not flap', () =>
  expect(oftenOf(anIncident(), 'UTC')).toBe('opens and closes'))

test.each([
  ['outside a range that has no lower end', upTo(600), 'younger than 10 min'],
  ['inside such a range', { ...upTo(600), alerts: 'inside' as const }, 'of an age in @~:10min'],
])('an age that alerts %s', (___, critical, words) => {
  const { warning: ____, ...check } = aCheck({ critical })
  expect(expectationOf(check)).toBe(`last_alive in runtime_info of database mail is ${words} (else critical)`)
})

describe('a silence is described by', () => {
  const silence: Silence = { names: ['mdx', 'w*'], tags: ['night', 'mail'], at: NOON, until: later(3_600), by: 'root' }
  test.each<[string, Silence, string]>([
    [
      'names and tags, its end, and who',
      silence,
      'mdx, w*, tag night, tag mail, until 2026-11-22 13:00:00 +00:00, by root',
    ],
    [
      'why',
      { ...silence, tags: [], note: 'moving\nhouse' },
      String.raw`mdx, w*, until 2026-11-22 13:00:00 +00:00, by root: moving\nhouse`,
    ],
  ])('%s', (___, one, words) => expect(describeSilence(one, 'UTC')).toBe(words))
})

test.each([
  ['who and when', {}, ''],
  ['until when', { until: later(3_600) }, ', until 2026-11-22 13:00:00 +00:00'],
  ['what they wrote', { note: 'on\tit' }, String.raw`: on\tit`],
])('an acknowledgement says %s', (___, more, words) =>
  expect(acknowledgementOf({ by: 'anna', at: NOON, ...more }, 'UTC')).toBe(
    `anna at 2026-11-22 12:00:00 +00:00${words}`,
  ),
)
