import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Notice } from '../../../src/core/incident/notice.ts'
import type { Incident } from '../../../src/core/types.ts'
import { type ComposeOptions, compose } from '../../../src/core/words/message.ts'
import { aCheck, anIncident, later } from '../builders.ts'

const options: ComposeOptions = {
  notifier: 'ops',
  instance: 'watch1',
  timezone: 'Europe/Paris',
  statusCommand: 'lastalive status',
  checkOf: () => aCheck(),
}
const notice = (kind: Notice['kind'], changes: Partial<Incident> = {}, more: Partial<Notice> = {}): Notice => ({
  incident: anIncident(changes),
  kind,
  earlier: [],
  ordinal: 1,
  ...more,
})
const ended = { closedAt: later(1_260), closedBy: { cause: 'age' as const, summary: 'alive 1 s ago (limit 10 min)' } }
const dead = { check: 'database:mail', cause: 'unreachable' as const, summary: 'cannot connect (connection refused)' }
const { lastBeat: _, limit: __, ...withoutBeat } = anIncident(dead)
const down = (changes: Partial<Incident> = {}): Notice['incident'] => ({ ...withoutBeat, since: later(0), ...changes })

/** Frozen: people filter on them. */
test.each<[string, readonly Notice[], string]>([
  ['opened', [notice('opened')], 'CRITICAL mdx: silent for 42 min (limit 10 min)'],
  ['closed', [notice('closed', ended)], 'OK mdx: alive again after 1 h 3 min'],
  [
    'a database',
    [{ ...notice('opened'), incident: down() }],
    'CRITICAL database mail: cannot connect (connection refused)',
  ],
  [
    'a database again',
    [{ ...notice('closed'), incident: down(ended) }],
    'OK database mail: answers again after 21 min',
  ],
  ['a reminder', [notice('reminder')], 'REMINDER CRITICAL mdx: silent since 12:18 (limit 10 min)'],
  [
    'a reminder of a fault',
    [{ ...notice('reminder'), incident: down() }],
    'REMINDER CRITICAL database mail: since 13:00: cannot connect (connection refused)',
  ],
  ['missed', [notice('missed', ended)], 'MISSED mdx: was silent from 12:18 to 13:21, now alive'],
  [
    'missed over midnight',
    [notice('missed', { ...ended, closedAt: later(43_200) })],
    'MISSED mdx: was silent from 2026-11-22 12:18 to 2026-11-23 01:00, now alive',
  ],
  [
    'no entry any more',
    [notice('closed', { ...ended, closedBy: { cause: 'absent', summary: 'no row' } })],
    'OK mdx: no entry any more after 1 h 3 min',
  ],
  [
    'no longer watched',
    [notice('closed', { ...ended, closedBy: { cause: 'unwatched', summary: '' } })],
    'OK mdx: no longer watched after 1 h 3 min',
  ],
  [
    'three at once',
    ['imports', 'mdx', 'workers'].map((check) => notice('opened', { check })),
    'CRITICAL 3 checks: imports, mdx, workers',
  ],
  [
    'the worst first',
    [notice('closed', ended), notice('opened', { check: 'a', severity: 'warning' })],
    'WARNING a; OK mdx',
  ],
  [
    'many',
    Array.from({ length: 9 }, (_, i) => notice('opened', { check: `c${i}` })),
    'CRITICAL 9 checks: c0, c1, c2, c3, c4 and 4 more',
  ],
])('the subject of %s', (_, notices, subject) =>
  expect(compose(notices, options).subject).toBe(`[lastalive] ${subject}`),
)

describe('the words', () => {
  test('say what was expected, what was seen, since when in both zones, and what to do', () => {
    const { text } = compose([notice('opened', { cure: 'start it' })], {
      ...options,
      checkOf: () => aCheck({ note: 'call Anna', runbook: 'https://wiki/mdx' }),
    })
    expect(text).toBe(`CRITICAL mdx: silent for 42 min (limit 10 min)
  Expected:  last_alive in runtime_info of database mail is younger than 5 min (else warning), 10 min (else critical)
  Seen at:   2026-11-22 13:00:00 +01:00 (2026-11-22T12:00:00Z)
  Last beat: 2026-11-22 12:18:00 +01:00 (2026-11-22T11:18:00Z)
  Since:     2026-11-22 12:28:00 +01:00 (2026-11-22T11:28:00Z)
  To do:     start it
  Note:      call Anna
  Runbook:   https://wiki/mdx

-- 
Watched by watch1. What is open now: lastalive status
Say that you have seen it: lastalive ack mdx
Mute it for a while: lastalive silence mdx --for 4h
`)
  })

  test('name the earlier episode whose end was not told', () => {
    const earlier = [{ episode: 1, since: later(-7_200), closedAt: later(-3_600) }]
    expect(compose([notice('opened', { episode: 2, earlier }, { earlier })], options).text).toContain(
      'Earlier:   the same from 11:00 to 12:00; its end was not told',
    )
  })

  test('say that they will repeat where nothing can be remembered', () =>
    expect(compose([notice('opened', {}, { willRepeat: 'no space left' })], options).text).toContain(
      'every run says this again: no space left',
    ))

  test('stay short however much there is to say', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => notice('opened', { check: `check-${i}` }))
    const { text, html } = compose(many, options)
    expect(text.length).toBeLessThan(32_000)
    expect(html.length).toBeLessThan(64_000)
    expect(text).toContain('and 9800 more: lastalive status')
  })

  test('are the same in HTML, with nothing hostile in them', () => {
    const { html } = compose([notice('opened', { summary: '<script>&"' })], options)
    expect(html).toContain('CRITICAL mdx: &lt;script&gt;&amp;&quot;')
    expect(html).not.toContain('<script>')
  })
})

describe('the Message-ID', () => {
  const idOf = (notices: readonly Notice[], more: Partial<ComposeOptions> = {}): string =>
    compose(notices, { ...options, ...more }).id

  test('is the same for the same, in whatever order', () => {
    const [a, b] = [notice('opened', { id: 'a' }), notice('opened', { id: 'b', check: 'imports' })]
    expect(idOf([a, b])).toBe(idOf([b, a]))
    expect(idOf([notice('opened')])).toMatch(/^lastalive\.[0-9a-f]{40}@watch1$/)
  })

  test.each<[string, Notice]>([
    ['another incident', notice('opened', { id: 'id-2' })],
    ['another episode', notice('opened', { episode: 2 })],
    ['another kind', notice('closed', ended)],
    ['another severity', notice('opened', { severity: 'warning' })],
    ['another cause', notice('opened', { cause: 'denied' })],
    ['a later reminder', notice('opened', {}, { ordinal: 2 })],
    [
      'an earlier episode that it names',
      notice('opened', {}, { earlier: [{ episode: 1, since: later(0), closedAt: later(1) }] }),
    ],
    ['that it will repeat', notice('opened', {}, { willRepeat: 'no space left' })],
  ])('is another for %s', (_, other) => expect(idOf([other])).not.toBe(idOf([notice('opened')])))

  test('is another where the words were edited meanwhile', () =>
    expect(idOf([notice('opened')], { checkOf: () => aCheck({ note: 'call Anna' }) })).not.toBe(
      idOf([notice('opened')]),
    ))

  test('is another by another notifier', () =>
    expect(idOf([notice('opened')], { notifier: 'pager' })).not.toBe(idOf([notice('opened')])))

  test('is a valid one whatever the instance is called', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (instance) => {
        expect(idOf([notice('opened')], { instance })).toMatch(/^lastalive\.[0-9a-f]{40}@[A-Za-z0-9.-]+$/)
      }),
    ))
})
