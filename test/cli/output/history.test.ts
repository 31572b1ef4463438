import { describe, expect, test } from 'vitest'
import { formatHistory, formatHistoryJson, type History } from '../../../src/cli/output/history.ts'
import { availabilityOf } from '../../../src/core/incident/availability.ts'
import { type Outage, outagesOf } from '../../../src/core/incident/history.ts'
import type { JournalEntry } from '../../../src/core/ports.ts'
import { later } from '../../core/builders.ts'

const MINUTE = 60
const DAY = 86_400

/** Of mdx, which was silent for ten minutes before it was too long. */
const entry = (event: JournalEntry['event'], minutes: number, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  at: later(minutes * MINUTE),
  event,
  origin: '/etc/lastalive.yaml',
  check: 'mdx',
  id: 'id-1',
  episode: 1,
  severity: 'critical',
  summary: event === 'closed' ? 'alive 1 s ago (limit 10 min)' : 'silent for 42 min (limit 10 min)',
  since: later(-32 * MINUTE),
  start: later(-42 * MINUTE),
  ...changes,
})

const MDX = [entry('opened', 0), entry('closed', 21)]
const BACKUP = [
  entry('opened', 200, {
    check: 'backup',
    id: 'id-2',
    severity: 'warning',
    since: later(200 * MINUTE),
    start: later(200 * MINUTE),
  }),
  entry('worsened', 230, {
    check: 'backup',
    id: 'id-2',
    since: later(200 * MINUTE),
    start: later(200 * MINUTE),
    summary: 'did not run',
  }),
  entry('acknowledged', 231, { check: 'backup', id: 'id-2', since: later(200 * MINUTE), start: later(200 * MINUTE) }),
]

/** What the journal comes to a day and an hour after noon. */
function historyOf(entries: readonly JournalEntry[], changes: Partial<History> = {}): History {
  const now = later(DAY + 3_600)
  const outages: readonly Outage[] = outagesOf(entries, { incidents: undefined, now })
  const [from = later(-40 * DAY), lengths] = [entries[0]?.at, [DAY, 7 * DAY, 30 * DAY]]
  const availability = availabilityOf(outages, { now, lengths, from })
  const place = { kind: 'directory', path: '/var/lib/lastalive' } as const
  return { now, place, from, outages: outages.toReversed(), availability, lengths, skipped: 0, limit: 50, ...changes }
}

/** Without the last one, which says where it was looked for. */
const linesOf = (history: History): readonly string[] => {
  const lines = formatHistory(history, 'Europe/Paris').trimEnd().split('\n')
  expect(lines.pop()).toBe('state: /var/lib/lastalive')
  return lines
}

test('a history is a line for each outage, and a table of availability', () =>
  expect(linesOf(historyOf([...MDX, ...BACKUP]))).toEqual([
    '2026-11-22 16:20 – now    21 h 40 min  CRITICAL  backup: did not run (warning until 16:50, seen)',
    '2026-11-22 12:18 – 13:21  1 h 3 min    CRITICAL  mdx: silent for 42 min (limit 10 min)',
    '',
    'available      24 h       7 d      30 d  outages',
    'backup      11.80 %         –         –  1, together 21 h 10 min',
    'mdx        100.00 %         –         –  1, together 21 min',
    '',
    'noted since 2026-11-22 13:00:00 +01:00: not yet long enough for 7 d, 30 d',
  ]))

test('a history of the first day has no figures, and says why', () => {
  const lines = linesOf(historyOf([entry('opened', 1_499)]))
  expect(lines.slice(2)).toEqual([
    'available      24 h       7 d      30 d  outages',
    'mdx               –         –         –  1, together 1 min',
    '',
    'noted since 2026-11-23 13:59:00 +01:00: not yet long enough for 24 h, 7 d, 30 d',
  ])
})

describe('an outage', () => {
  test.each<[string, readonly JournalEntry[], string]>([
    [
      'that goes over midnight has both dates',
      [entry('opened', 0), entry('closed', 12 * 60)],
      '2026-11-22 12:18 – 2026-11-23 01:00  12 h 42 min  CRITICAL  mdx: silent for 42 min (limit 10 min)',
    ],
    [
      'that goes over midnight in its zone alone has both dates',
      [entry('opened', 0), entry('closed', 11 * 60 + 30)],
      '2026-11-22 12:18 – 2026-11-23 00:30  12 h 12 min  CRITICAL  mdx: silent for 42 min (limit 10 min)',
    ],
    [
      'whose end was seen by nobody says so',
      [
        entry('opened', 0),
        entry('opened', 300, { id: 'id-2', since: later(290 * MINUTE), start: later(280 * MINUTE) }),
      ],
      '2026-11-22 12:18 – ?    at least 42 min  CRITICAL  mdx: silent for 42 min (limit 10 min) (its lockfile was removed)',
    ],
    [
      'that was cleared says so',
      [entry('opened', 0), entry('cleared', 1)],
      '2026-11-22 12:18 – 13:01  43 min  CRITICAL  mdx: silent for 42 min (limit 10 min) (cleared by hand)',
    ],
    [
      'of which only the end is known says so',
      [entry('closed', 21)],
      '2026-11-22 12:18 – 13:21  1 h 3 min  CRITICAL  mdx: its cause is no longer in the journal',
    ],
    [
      'of a row has its name, which may be anything',
      [entry('opened', 0, { item: 'a\nb' }), entry('closed', 21)],
      '2026-11-22 12:18 – 13:21  1 h 3 min  CRITICAL  mdx/a\\nb: silent for 42 min (limit 10 min)',
    ],
  ])('%s', (_, entries, expected) => expect(linesOf(historyOf(entries))).toContain(expected))
})

test('whose a check is stands there where two configurations have one of that name', () => {
  const other = { origin: '/etc/other.yaml', id: 'id-2' }
  const lines = linesOf(historyOf([...MDX, entry('opened', 1, other), entry('closed', 22, other)]))
  expect(lines.filter((line) => line.includes('mdx of /etc/lastalive.yaml'))).toHaveLength(2)
  expect(lines.filter((line) => line.includes('mdx of /etc/other.yaml'))).toHaveLength(2)
})

describe('of many outages', () => {
  const many = Array.from({ length: 60 }, (_, i) => [
    entry('opened', 0, { check: `check-${i}`, id: `id-${i}` }),
    entry('closed', 21, { check: `check-${i}`, id: `id-${i}` }),
  ]).flat()

  test('some are shown, and how many there are besides', () => {
    const lines = linesOf(historyOf(many))
    expect(lines.filter((line) => line.includes('CRITICAL'))).toHaveLength(50)
    expect(lines.filter((line) => line.includes('together'))).toHaveLength(50)
    expect(lines.filter((line) => line === 'and 10 more; see more with --limit N')).toHaveLength(2)
  })

  test('as many as are asked for', () => {
    const { outages, availability, more } = JSON.parse(formatHistoryJson(historyOf(many, { limit: 3 })))
    expect([outages.length, availability.length, more]).toEqual([3, 3, { outages: 57, availability: 57 }])
  })
})

test.each<[string, History, readonly string[]]>([
  ['nothing that was ever noted', historyOf([], { from: undefined }), ['nothing has been noted yet']],
  [
    'nothing but lines that cannot be read',
    historyOf([], { from: undefined, skipped: 2 }),
    ['nothing has been noted yet; 2 lines of the journal cannot be read'],
  ],
  [
    'no outage in a long time, and one line that cannot be read',
    historyOf([], { skipped: 1 }),
    ['no outage', '', 'noted since 2026-10-13 14:00:00 +02:00; 1 line of the journal cannot be read'],
  ],
])('of %s it says so', (_, history, expected) => expect(linesOf(history)).toEqual(expected))

test('as JSON it has all of it', () => {
  const { at, notedSince, skippedLines, outages, availability, more } = JSON.parse(
    formatHistoryJson(historyOf([...MDX, ...BACKUP], { limit: Number.POSITIVE_INFINITY })),
  )
  expect({ at, notedSince, skippedLines, more }).toEqual({
    at: '2026-11-23T13:00:00.000Z',
    notedSince: '2026-11-22T12:00:00.000Z',
    skippedLines: 0,
    more: { outages: 0, availability: 0 },
  })
  expect(outages).toEqual([
    {
      name: 'backup',
      item: null,
      origin: '/etc/lastalive.yaml',
      id: 'id-2',
      episode: 1,
      state: 'critical',
      summary: 'did not run',
      since: '2026-11-22T15:20:00.000Z',
      start: '2026-11-22T15:20:00.000Z',
      opened: '2026-11-22T15:20:00.000Z',
      worsened: [{ at: '2026-11-22T15:50:00.000Z', state: 'critical', summary: 'did not run' }],
      acknowledged: true,
      closed: null,
      end: null,
      ending: null,
      lasted_s: 78_000,
    },
    expect.objectContaining({
      name: 'mdx',
      since: '2026-11-22T11:28:00.000Z',
      start: '2026-11-22T11:18:00.000Z',
      closed: '2026-11-22T12:21:00.000Z',
      end: 'closed',
      ending: 'alive 1 s ago (limit 10 min)',
      lasted_s: 3_780,
    }),
  ])
  expect(availability).toEqual([
    expect.objectContaining({ name: 'backup', shares: { '24h': 0.118, '7d': null, '30d': null }, down_s: 76_200 }),
    {
      name: 'mdx',
      item: null,
      origin: '/etc/lastalive.yaml',
      shares: { '24h': 1, '7d': null, '30d': null },
      outages: 1,
      planned_s: { '24h': 0, '7d': 0, '30d': 0 },
      down_s: 1_260,
    },
  ])
})
