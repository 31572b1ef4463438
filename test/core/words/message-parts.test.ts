import { describe, expect, test } from 'vitest'
import type { Message, Notice } from '../../../src/core/incident/notice.ts'
import type { Incident } from '../../../src/core/types.ts'
import { type ComposeOptions, compose, meaningOf } from '../../../src/core/words/message.ts'
import { aCheck, anIncident, later, NOON } from '../builders.ts'

const options: ComposeOptions = {
  notifier: 'ops',
  instance: 'watch1',
  timezone: 'UTC',
  statusCommand: 'lastalive status',
  checkOf: () => undefined,
}
const notice = (kind: Notice['kind'], changes: Partial<Incident> = {}, more: Partial<Notice> = {}): Notice => ({
  incident: anIncident(changes),
  kind,
  earlier: [],
  ordinal: 1,
  ...more,
})
const composed = (notices: readonly Notice[], more: Partial<ComposeOptions> = {}): Message =>
  compose(notices, { ...options, ...more })
const many = (count: number): readonly Notice[] =>
  Array.from({ length: count }, (_, i) => notice('opened', { check: `c${String(i).padStart(3, '0')}` }))
const ended = { closedAt: later(1_260), closedBy: { cause: 'age' as const, summary: 'alive 1 s ago' } }

describe('the subject of two', () => {
  test.each<[string, Notice['kind'], Partial<Incident>, string]>([
    ['that opened', 'opened', {}, 'CRITICAL 2 checks: a, b'],
    ['that worsened', 'worsened', {}, 'CRITICAL 2 checks: a, b'],
    ['reminders', 'reminder', { severity: 'warning' }, 'REMINDER WARNING 2 checks: a, b'],
    ['that flap', 'flapping', {}, 'FLAPPING 2 checks: a, b'],
    ['that have settled, and are not well', 'settled', {}, 'SETTLED CRITICAL 2 checks: a, b'],
    ['that have settled, and are well', 'settled', ended, 'SETTLED OK 2 checks: a, b'],
    ['that are over', 'closed', ended, 'OK 2 checks: a, b'],
    ['that nobody heard of in time', 'missed', ended, 'MISSED 2 checks: a, b'],
  ])('%s', (_, kind, changes, words) => {
    const both = ['b', 'a'].map((check) => notice(kind, { ...changes, check }))
    expect(composed(both).subject).toBe(`[lastalive] ${words}`)
  })
})

describe('a subject of its own', () => {
  test.each<[string, string, string]>([
    ['has the fields of the worst notice, who watches, and how many there are', '{check} {instance} {count}', 'a w 2'],
    ['may be any words', 'the watchdog', 'the watchdog'],
    ['is cut where it is long', 'x'.repeat(200), `${'x'.repeat(149)}…`],
    ['of blanks alone is none', ' {item} ', '[lastalive] CRITICAL a; WARNING b'],
  ])('%s', (_, subject, words) => {
    const both = [notice('opened', { check: 'b', severity: 'warning' }), notice('opened', { check: 'a' })]
    expect(composed(both, { instance: 'w', subject }).subject).toBe(words)
  })
})

test('the subject of nothing is the name of the program', () => expect(composed([]).subject).toBe('[lastalive]'))

test('two notices of one row stay in their order', () =>
  expect(composed([notice('missed', ended), notice('closed', ended)]).facts.map(({ kind }) => kind)).toEqual([
    'missed',
    'closed',
  ]))

describe('the foot', () => {
  const lines = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `line ${i + 1}`)
  const footOf = (hushed: readonly string[] | undefined): string | undefined =>
    composed([notice('opened')], hushed === undefined ? {} : { hushed }).text.split('-- \n')[1]
  const WATCHED = [
    'Watched by watch1. What is open now: lastalive status\n',
    'Say that you have seen it: lastalive ack mdx\n',
    'Mute it for a while: lastalive silence mdx --for 4h\n',
  ].join('')

  test.each<[string, readonly string[] | undefined, readonly string[]]>([
    ['says nothing more', undefined, []],
    ['says what is kept quiet, a line each', lines(2), ['line 1', 'line 2']],
    ['says all ten', lines(10), lines(10)],
    ['says ten of more, and how many are left', lines(12), [...lines(10), 'and 2 more']],
  ])('%s', (_, hushed, shown) =>
    expect(footOf(hushed)).toBe([WATCHED, ...shown.map((line) => `Muted: ${line}\n`)].join('')),
  )
})

test('notices beyond the first twenty are one line each', () => {
  const lines = composed(many(23)).text.split('\n\n').slice(-2)
  expect(lines).toEqual([
    ['020', '021', '022'].map((i) => `CRITICAL c${i}: silent for 42 min (limit 10 min)`).join('\n'),
    '-- \nWatched by watch1. What is open now: lastalive status\n',
  ])
})

test('the whole of HTML is a table for each notice, a paragraph for the rest, and the foot', () => {
  const { html } = composed(many(22), { hushed: ['a < b'] })
  const table = [
    '<table>',
    '<tr><td>Seen at</td><td>2026-11-22 12:00:00 +00:00</td></tr>',
    '<tr><td>Last beat</td><td>2026-11-22 11:18:00 +00:00</td></tr>',
    '<tr><td>Since</td><td>2026-11-22 11:28:00 +00:00</td></tr>',
    '</table>',
  ].join('')
  const headline = (i: number): string => `CRITICAL c${String(i).padStart(3, '0')}: silent for 42 min (limit 10 min)`
  const inFull = Array.from({ length: 20 }, (_, i) => `<p><b>${headline(i)}</b></p>${table}`)
  const foot = '<p>Watched by watch1. What is open now: lastalive status<br>Muted: a &lt; b</p>'
  expect(html).toBe(
    `<!doctype html><html><body>${inFull.join('')}<p>${headline(20)}</p><p>${headline(21)}</p>${foot}</body></html>\n`,
  )
})

describe('for programs', () => {
  test('a notice has what is known of it, and nothing else', () => {
    const { lastBeat: _, ...incident } = anIncident()
    expect(composed([{ ...notice('opened'), incident }]).facts).toStrictEqual([
      {
        kind: 'opened',
        incident: 'id-1',
        episode: 1,
        check: 'mdx',
        title: 'mdx',
        state: 'critical',
        severity: 'critical',
        cause: 'age',
        summary: 'silent for 42 min (limit 10 min)',
        headline: 'CRITICAL mdx: silent for 42 min (limit 10 min)',
        since: later(-1_920),
      },
    ])
  })

  test('a notice of the end of a row has all that there is', () => {
    const { facts } = composed([notice('closed', { ...ended, item: 'a' })], {
      checkOf: ({ check, item }) => aCheck({ note: `of ${check}`, runbook: `https://wiki/${item}` }),
    })
    expect(facts).toStrictEqual([
      {
        kind: 'closed',
        incident: 'id-1',
        episode: 1,
        check: 'mdx',
        item: 'a',
        title: 'mdx/a',
        state: 'ok',
        severity: 'critical',
        cause: 'age',
        summary: 'silent for 42 min (limit 10 min)',
        headline: 'OK mdx/a: alive again after 1 h 3 min',
        since: later(-1_920),
        lastBeat: later(-2_520),
        closedAt: later(1_260),
        note: 'of mdx',
        runbook: 'https://wiki/a',
      },
    ])
  })

  test('no more than two hundred notices are told, and how many are left', () => {
    const { facts, moreFacts } = composed(many(203))
    expect([facts.length, moreFacts, facts.at(-1)?.check]).toEqual([200, 3, 'c199'])
  })

  test('each check is named once', () => {
    const rows = [notice('opened', { item: 'x' }), notice('opened', { item: 'y' }), notice('opened', { check: 'a' })]
    expect(composed(rows).checks).toEqual(['a', 'mdx'])
  })

  test.each<[string, readonly Notice[], Message['state']]>([
    ['of its worst notice', [notice('closed', ended), notice('opened', { severity: 'warning' })], 'warning'],
    ['ok where all is over', [notice('closed', ended), notice('missed', ended)], 'ok'],
  ])('the state is that %s', (_, notices, state) => expect(composed(notices).state).toBe(state))

  test('the opening that it refers to is named', () =>
    expect(composed([notice('opened')], { openingId: 'opening@here' }).openingId).toBe('opening@here'))

  test.each<[string, Partial<ComposeOptions>]>([
    ['there is none', {}],
    ['it is not known', { openingId: '' }],
  ])('the opening is left out where %s', (_, more) =>
    expect(composed([notice('opened')], more)).not.toHaveProperty('openingId'),
  )
})

describe('who watches', () => {
  test.each([
    ['as it is', 'watch-1.mail', 'watch-1.mail'],
    ['with one stroke for all that no host has', 'my  watch_1', 'my-watch-1'],
    ['without strokes and dots around it', ' .-watch1-. ', 'watch1'],
    ['as localhost where nothing is left', '???', 'localhost'],
    ['cut where it is long', 'w'.repeat(200), 'w'.repeat(100)],
  ])('stands in the Message-ID %s', (_, instance, host) =>
    expect(composed([notice('opened')], { instance }).id.split('@')[1]).toBe(host),
  )
})

describe('the meaning', () => {
  test('is one line for each notice, sorted', () =>
    expect(meaningOf([notice('opened', { id: 'b' }), notice('closed', { id: 'a' })])).toBe(
      '["a",1,"closed","critical","age",1,[],""]\n["b",1,"opened","critical","age",1,[],""]',
    ))

  test('tells the earlier episodes that it names, and that it will repeat', () => {
    const earlier = [2, 3].map((episode) => ({ episode, since: NOON, closedAt: NOON }))
    expect(meaningOf([notice('opened', { episode: 4 }, { earlier, ordinal: 2, willRepeat: 'no space left' })])).toBe(
      '["id-1",4,"opened","critical","age",2,[2,3],"no space left"]',
    )
  })
})
