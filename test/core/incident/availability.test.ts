import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { availabilityOf } from '../../../src/core/incident/availability.ts'
import { type Outage, outagesOf } from '../../../src/core/incident/history.ts'
import { parseMaintenance } from '../../../src/core/incident/maintenance.ts'
import type { Maintenance } from '../../../src/core/incident/muted.ts'
import type { BadSeverity, Severity } from '../../../src/core/types.ts'
import { later } from '../builders.ts'
import { journalOf, noticed } from './lived.ts'

const outage = (from: number, to: number | undefined, changes: Partial<Outage> = {}): Outage => ({
  origin: 'here',
  check: 'mdx',
  id: 'id-1',
  episode: 1,
  since: later(from),
  start: later(from - 600),
  first: 'critical',
  worsenings: [],
  severity: 'critical',
  summary: 'silent',
  isAcknowledged: false,
  notedAt: later(from),
  ...(to === undefined ? {} : { end: { kind: 'closed', at: later(to) } }),
  ...changes,
})

const worsening = (seconds: number, severity: BadSeverity) => ({ at: later(seconds), severity, summary: 'silent' })

describe('the availability of the last thousand seconds', () => {
  const shareOf = (outages: readonly Outage[], from = -10_000): number | undefined =>
    availabilityOf(outages, { now: later(1_000), lengths: [1_000], from: later(from) })[0]?.shares[0]
  test.each<[string, readonly Outage[], number | undefined]>([
    ['is what is left of outages', [outage(100, 350)], 0.75],
    ['counts what goes on until now', [outage(900, undefined)], 0.9],
    ['counts no more than the time that it is about', [outage(-5_000, 100)], 0.9],
    ['counts no second twice', [outage(100, 300), outage(200, 350)], 0.75],
    ['counts no second twice, in whatever order they are', [outage(200, 350), outage(100, 300)], 0.75],
    ['counts nothing after now, where the clock was put back', [outage(900, 5_000)], 0.9],
    ['counts an outage for nothing that ended before it began', [outage(500, 400)], 1],
    ['is not told of what was well all the time', [outage(-500, -100)], undefined],
    ['takes a warning for none', [outage(100, 350, { first: 'warning', severity: 'warning' })], undefined],
    ['takes what could not be read for one', [outage(100, 350, { first: 'unknown', severity: 'unknown' })], 0.75],
    [
      'takes a warning for one when it is critical',
      [outage(100, 350, { first: 'warning', worsenings: [worsening(250, 'critical')] })],
      0.9,
    ],
    [
      'takes what could not be read for none when it turns out to be a warning',
      [outage(100, 350, { first: 'unknown', worsenings: [worsening(200, 'warning')] })],
      0.9,
    ],
    [
      'counts of an end that nobody has seen what is known',
      [outage(100, undefined, { end: { kind: 'unseen', at: later(200) } })],
      0.9,
    ],
    ['is nothing where it never was well', [outage(-500, undefined)], 0],
    ['is floored', [outage(100, 100.05)], 0.9999],
    ['is exact where it can be', [outage(0, 430)], 0.57],
  ])('%s', (_, outages, expected) => expect(shareOf(outages)).toBe(expected))

  test('is that of all of it where the journal begins just then', () =>
    expect(shareOf([outage(750, 850)], 0)).toBe(0.9))
  test('is not known where the journal begins later', () => expect(shareOf([outage(750, 850)], 1)).toBeUndefined())
})

test('is that of each length by itself, and says how often and how long', () =>
  expect(
    availabilityOf([outage(-400, -200), outage(900, 950)], {
      now: later(1_000),
      lengths: [100, 1_000, 2_000],
      from: later(-9e6),
    }),
  ).toEqual([{ origin: 'here', check: 'mdx', shares: [0.5, 0.95, 0.875], outages: 2, down: 250, planned: [0, 0, 0] }]))

test('is that of each check, row and configuration by itself, the worst first', () => {
  const outages = [
    outage(0, 10),
    outage(0, 30, { item: 'a' }),
    outage(0, 20, { check: 'imports' }),
    outage(0, 40, { origin: 'there' }),
    outage(50, 60),
  ]
  const found = availabilityOf(outages, { now: later(100), lengths: [100], from: later(-1_000) })
  expect(found.map(({ origin, check, item = '', down }) => `${origin} ${check}${item} ${down}`)).toEqual([
    'there mdx 40',
    'here mdxa 30',
    'here mdx 20',
    'here imports 20',
  ])
})

test('has no row where the check has none', () =>
  expect(
    availabilityOf([outage(0, 10)], { now: later(100), lengths: [100], from: later(-1_000) })[0],
  ).not.toHaveProperty('item'))

/** Noon is a Sunday's. */
const planned = (texts: readonly string[], timezone = 'UTC'): Maintenance => {
  const parsed = parseMaintenance(texts, timezone)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.maintenance
}

const HOUR = 3_600
const DAY = 24 * HOUR

describe('planned maintenance is left out', () => {
  const of = (outages: readonly Outage[], maintenance: Maintenance, now = later(0), length = DAY) => {
    const times = { now, lengths: [length], from: later(-1_000 * DAY) }
    const [one] = availabilityOf(outages, { ...times, maintenanceOf: () => maintenance })
    return [one?.shares[0], one?.down, one?.planned[0]]
  }
  test.each<[string, readonly Outage[], readonly string[], readonly unknown[]]>([
    ['of what was down', [outage(-4 * HOUR, -2 * HOUR)], ['sun 08:00-09:00'], [0.9565, HOUR, HOUR]],
    ['where nothing was down', [outage(-4 * HOUR, -2 * HOUR)], ['sun 02:00-04:00'], [0.909, 2 * HOUR, 2 * HOUR]],
    ['where all of an outage was planned', [outage(-4 * HOUR, -2 * HOUR)], ['sun 06:00-12:00'], [1, 0, 6 * HOUR]],
    ['over midnight', [outage(-13 * HOUR, -11 * HOUR)], ['23:30-00:30'], [0.9565, HOUR, HOUR]],
    ['once', [outage(-4 * HOUR, -2 * HOUR)], ['2026-11-22T09:00/2026-11-22T11:00'], [0.9545, HOUR, 2 * HOUR]],
    [
      'not twice',
      [outage(-4 * HOUR, -2 * HOUR)],
      ['sun 08:00-09:00', '2026-11-22T08:30/2026-11-22T09:30', '08:00-09:00'],
      [0.9777, HOUR / 2, 1.5 * HOUR],
    ],
    ['as far as it is past', [outage(-4 * HOUR, undefined)], ['sun 11:00-14:00'], [0.8695, 3 * HOUR, HOUR]],
    [
      'as far back as the time goes',
      [outage(-4 * HOUR, -2 * HOUR)],
      ['sat 00:00-24:00'],
      [0.8333, 2 * HOUR, 12 * HOUR],
    ],
    ['until nothing is left to be available in', [outage(-4 * HOUR, -2 * HOUR)], ['mon-sun'], [undefined, 0, DAY]],
    ['from no other days', [outage(-4 * HOUR, -2 * HOUR)], ['mon 08:00-10:00'], [0.9166, 2 * HOUR, 0]],
  ])('%s', (_, outages, texts, expected) => expect(of(outages, planned(texts))).toEqual(expected))

  const at = (text: string): number => (new Date(text).getTime() - later(0).getTime()) / 1_000
  test.each<[string, string, string, readonly unknown[]]>([
    ['an hour that comes twice', '2026-10-25T00:00Z', '2026-10-25T02:00Z', [1, 0, 2 * HOUR]],
    ['no hour that is skipped', '2026-03-29T00:00Z', '2026-03-29T02:00Z', [0.9583, HOUR, 0]],
  ])('%s where the clock is changed', (_, from, to, expected) => {
    const now = later(at(to) + 12 * HOUR)
    const down = outage(at(from), at(from) + (expected[2] === 0 ? HOUR : 2 * HOUR))
    expect(of([down], planned(['02:00-03:00'], 'Europe/Paris'), now)).toEqual(expected)
  })

  test('of each check by itself', () => {
    const outages = [outage(-4 * HOUR, -2 * HOUR), outage(-4 * HOUR, -2 * HOUR, { check: 'imports' })]
    const maintenanceOf = ({ check }: { readonly check: string }) => (check === 'mdx' ? planned(['sun']) : undefined)
    const found = availabilityOf(outages, { now: later(0), lengths: [DAY], from: later(-9 * DAY), maintenanceOf })
    expect(found.map(({ check, down }) => [check, down])).toEqual([
      ['imports', 2 * HOUR],
      ['mdx', 0],
    ])
  })

  test('as counting each minute says, whatever overlaps', () => {
    const minutes = fc.record({
      from: fc.integer({ min: -1_440, max: 1_440 }),
      length: fc.integer({ min: 1, max: 900 }),
    })
    fc.assert(
      fc.property(fc.array(minutes, { maxLength: 5 }), fc.array(minutes, { maxLength: 4 }), (bad, spans) => {
        const outages = [outage(-1, 0), ...bad.map(({ from, length }) => outage(from * 60, (from + length) * 60))]
        const texts = spans.map(
          ({ from, length }) => `${later(from * 60).toISOString()}/${later((from + length) * 60).toISOString()}`,
        )
        const isIn = (all: typeof bad, minute: number): boolean =>
          all.some(({ from, length }) => from <= minute && minute < from + length)
        const day = Array.from({ length: 1_440 }, (_, minute) => minute)
        const left = day.filter((minute) => !isIn(spans, minute))
        const down = left.filter((minute) => isIn(bad, minute)).length
        const share = left.length === 0 ? undefined : Math.floor(((left.length - down) * 10_000) / left.length) / 10_000
        const maintenance = {
          ...planned(texts.length === 0 ? ['sun'] : texts),
          ...(texts.length === 0 ? { windows: [] } : {}),
        }
        expect(of([...outages, outage(1_439.5 * 60, 1_439.5 * 60)], maintenance, later(DAY))).toEqual([
          share,
          down * 60,
          (1_440 - left.length) * 60,
        ])
      }),
      { numRuns: 200 },
    )
  })
})

interface Stretch {
  readonly state: Severity
  readonly seconds: number
}

/** How a check was, for how long; there is a run each second. */
const stretches = fc.array(
  fc.record<Stretch>({
    state: fc.constantFrom<Severity>('ok', 'ok', 'warning', 'unknown', 'critical'),
    seconds: fc.integer({ min: 1, max: 40 }),
  }),
  { maxLength: 20 },
)

test('is what counting each second comes to, whatever has been', () =>
  fc.assert(
    fc.property(stretches, fc.integer({ min: 1, max: 800 }), fc.nat({ max: 100 }), (lived, length, from) => {
      const seconds = noticed(lived.flatMap(({ state, seconds }) => Array.from({ length: seconds }, () => state)))
      const now = later(seconds.length)
      const outages = outagesOf(journalOf(seconds), { incidents: undefined, now })
      const [found] = availabilityOf(outages, { now, lengths: [length], from: later(from) })
      const counted = seconds.filter((_, second) => second >= Math.max(from, seconds.length - length))
      const down = counted.filter((state) => state === 'critical' || state === 'unknown').length
      expect(found?.down ?? 0).toBe(down)
      const whole = counted.length
      const isKnown = from <= seconds.length - length
      const share = isKnown ? Math.floor(((whole - down) * 10_000) / whole) / 10_000 : undefined
      if (found !== undefined) expect(found.shares[0]).toBe(share)
      if (isKnown && down > 0) expect(found?.shares[0]).toBeLessThan(1)
    }),
  ))
