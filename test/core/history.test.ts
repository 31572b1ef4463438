import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { availabilityOf, type Outage, outagesOf } from '../../src/core/history.ts'
import type { JournalEntry } from '../../src/core/ports.ts'
import { later, NOON } from './builders.ts'

const entry = (event: JournalEntry['event'], seconds: number, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  at: later(seconds),
  event,
  origin: 'here',
  check: 'mdx',
  id: 'id-1',
  episode: 1,
  severity: 'critical',
  summary: event === 'closed' ? 'alive 1 s ago' : 'silent for 42 min',
  since: later(seconds - 60),
  ...changes,
})

/** Each outage in short: from when to when, how bad, and what was done by hand. */
const shortly = (entries: readonly JournalEntry[]): readonly string[] =>
  outagesOf(entries).map(({ check, item, since, closedAt, severity, isAcknowledged, isCleared }) => {
    const seconds = (at: Date) => (at.getTime() - NOON.getTime()) / 1_000
    const end = closedAt === undefined ? 'now' : seconds(closedAt)
    const hands = `${isAcknowledged ? ' seen' : ''}${isCleared ? ' cleared' : ''}`
    return `${check}${item ?? ''} ${seconds(since)}-${end} ${severity}${hands}`
  })

describe('an outage', () => {
  test.each<[string, readonly JournalEntry[], readonly string[]]>([
    ['goes from when it was bad to its end', [entry('opened', 0), entry('closed', 600)], ['mdx -60-600 critical']],
    ['goes on', [entry('opened', 0)], ['mdx -60-now critical']],
    [
      'is as bad as it ever was',
      [entry('opened', 0, { severity: 'warning' }), entry('worsened', 60), entry('closed', 90)],
      ['mdx -60-90 critical'],
    ],
    [
      'may come again',
      [entry('opened', 0), entry('closed', 60), entry('opened', 300, { id: 'id-2' })],
      ['mdx -60-60 critical', 'mdx 240-now critical'],
    ],
    [
      'may come again as another episode of the same incident',
      [
        entry('opened', 0),
        entry('closed', 60),
        entry('opened', 300, { episode: 2 }),
        entry('closed', 400, { episode: 2 }),
      ],
      ['mdx -60-60 critical', 'mdx 240-400 critical'],
    ],
    [
      'is one where a run was killed after it had noted the opening',
      [entry('opened', 0), entry('opened', 60, { id: 'id-2' }), entry('closed', 90, { id: 'id-2' })],
      ['mdx -60-90 critical'],
    ],
    [
      'ends once where a run was killed after it had noted the end',
      [entry('opened', 0), entry('closed', 60), entry('closed', 120)],
      ['mdx -60-60 critical'],
    ],
    ['has at least its end where its beginning was lost', [entry('closed', 60)], ['mdx 0-60 critical']],
    ['begins with its worsening where its beginning was lost', [entry('worsened', 60)], ['mdx 0-now critical']],
    ['is seen', [entry('opened', 0), entry('acknowledged', 30), entry('closed', 60)], ['mdx -60-60 critical seen']],
    ['is cleared', [entry('opened', 0), entry('cleared', 60)], ['mdx -60-60 critical cleared']],
    [
      'is not cleared when it is over',
      [entry('opened', 0), entry('closed', 60), entry('cleared', 90)],
      ['mdx -60-60 critical'],
    ],
    [
      'is that of one row',
      [entry('opened', 0, { item: 'a' }), entry('opened', 1, { item: 'b' }), entry('closed', 60, { item: 'a' })],
      ['mdxa -60-60 critical', 'mdxb -59-now critical'],
    ],
    [
      'is that of one configuration',
      [entry('opened', 0), entry('closed', 60, { origin: 'there' })],
      ['mdx -60-now critical', 'mdx 0-60 critical'],
    ],
  ])('%s', (_, entries, expected) => expect(shortly(entries)).toEqual(expected))
})

const outage = (from: number, to: number | undefined, changes: Partial<Outage> = {}): Outage => ({
  origin: 'here',
  check: 'mdx',
  since: later(from),
  ...(to === undefined ? {} : { closedAt: later(to) }),
  severity: 'critical',
  summary: 'silent',
  isAcknowledged: false,
  isCleared: false,
  ...changes,
})

describe('availability', () => {
  const shareOf = (outages: readonly Outage[], from = -10_000): number | undefined =>
    availabilityOf(outages, { now: later(1_000), lengths: [1_000], from: later(from) })[0]?.shares[0]
  test.each<[string, readonly Outage[], number | undefined]>([
    ['is what is left of outages', [outage(100, 350)], 0.75],
    ['counts what goes on until now', [outage(900, undefined)], 0.9],
    ['counts no more than the time that it is about', [outage(-5_000, 100)], 0.9],
    ['counts no second twice', [outage(100, 300), outage(200, 350)], 0.75],
    ['is not told of what was well all the time', [outage(-500, -100)], undefined],
    ['takes a warning for no outage', [outage(100, 350, { severity: 'warning' })], undefined],
    ['takes what could not be read for one', [outage(100, 350, { severity: 'unknown' })], 0.75],
    ['is nothing where it never was well', [outage(-500, undefined)], 0],
  ])('%s', (_, outages, expected) => expect(shareOf(outages)).toEqual(expected))

  test('is that of the time since the journal begins', () => expect(shareOf([outage(750, 850)], 500)).toBe(0.8))

  test('is that of each length by itself, and says how often and how long', () =>
    expect(
      availabilityOf([outage(-400, -200), outage(900, 950)], {
        now: later(1_000),
        lengths: [100, 1_000, 2_000],
        from: later(-9e6),
      }),
    ).toEqual([{ check: 'mdx', shares: [0.5, 0.95, 0.875], outages: 2, down: 250 }]))

  test('is what counting each second comes to', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -200, max: 120 }), fc.integer({ min: 0, max: 90 })), { minLength: 1 }),
        (spans) => {
          const outages = spans.map(([from, length]) => outage(from, from + length))
          const isDown = (second: number): boolean =>
            spans.some(([from, length]) => from <= second && second < from + length)
          const down = Array.from({ length: 100 }, (_, second) => second).filter(isDown).length
          const [found] = availabilityOf(outages, { now: later(100), lengths: [100], from: later(-1_000) })
          expect(found?.shares[0] ?? 1).toBeCloseTo(1 - down / 100, 10)
        },
      ),
    ))
})
