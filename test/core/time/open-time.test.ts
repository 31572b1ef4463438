import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantWhenOpenReaches, openSeconds } from '../../../src/core/time/open-time.ts'
import { parseWindows, type Windows } from '../../../src/core/time/window.ts'
import { processorMs } from '../../support/processor.ts'

const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
] as const
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const INFINITY = Number.POSITIVE_INFINITY

function windowsOf(text: string, except: readonly string[] = []): Windows {
  const parsed = parseWindows(text, except)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return parsed.windows
}

/** Open hours as they are drawn, before they are written down: 0 is Monday, minutes since midnight. */
interface Drawn {
  readonly day: number
  readonly from: number
  readonly to: number
}

const written = ({ day, from, to }: Drawn): string => `${DAYS[day]} ${timeOf(from)}-${timeOf(to)}`
const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const walls = new Map(
  ZONES.map((zone) => [
    zone,
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }),
  ]),
)

/** Since 1970 the clocks of these zones have been set at quarters of an hour only, so that one look at each quarter is enough. */
const QUARTER_MS = 15 * MINUTE_MS
const quarters = new Map<string, ReturnType<typeof readWall>>()

/** What the clock on the wall shows. */
function wallOf(zone: (typeof ZONES)[number], instant: number): ReturnType<typeof readWall> {
  const begin = Math.floor(instant / QUARTER_MS) * QUARTER_MS
  const name = `${zone} ${begin}`
  const wall = quarters.get(name) ?? readWall(zone, begin)
  quarters.set(name, wall)
  return { ...wall, minute: wall.minute + (instant - begin) / MINUTE_MS }
}

function readWall(zone: (typeof ZONES)[number], instant: number) {
  const [date = '', time = ''] = (walls.get(zone)?.format(instant) ?? '').split(', ')
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return { date, day: (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7, minute: hour * 60 + minute }
}

/** The slow and obvious way: each minute by itself. */
function countMinutes(isOpen: (instant: number) => boolean, from: number, to: number): number {
  let minutes = 0
  for (let instant = from; instant < to; instant += MINUTE_MS) if (isOpen(instant)) minutes++
  return minutes
}

const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 240 }))
const drawn: fc.Arbitrary<Drawn> = fc
  .record({ day: fc.nat(6), from: minuteOfDay, to: fc.oneof(minuteOfDay, fc.constant(1_440)) })
  .filter(({ from, to }) => from !== to)
/** Half of the times lie around changes of a clock. */
const start = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        '2026-03-29',
        '2026-10-25',
        '2026-03-08',
        '2026-11-01',
        '2026-04-04',
        '2026-10-03',
        '2026-02-15',
        '2026-03-22',
      ),
      fc.integer({ min: 0, max: 20_000 }).map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10)),
    ),
    fc.integer({ min: -2_880, max: 1_440 }),
  )
  .map(([date, minutes]) => Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE_MS)

test('is what a count of each minute finds', () =>
  fc.assert(
    fc.property(
      fc.array(drawn, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(5), { maxLength: 3 }),
      fc.constantFrom(...ZONES),
      start,
      fc.integer({ min: 0, max: 4 * 1_440 }),
      (hours, exceptDays, zone, from, length) => {
        const except = exceptDays.map((day) => new Date(from + day * DAY_MS).toISOString().slice(0, 10))
        const isOpen = (instant: number): boolean => {
          const { date, day, minute } = wallOf(zone, instant)
          if (except.includes(date)) return false
          return hours.some((drawn) => {
            const isToday = drawn.day === day
            if (drawn.from < drawn.to) return isToday && minute >= drawn.from && minute < drawn.to
            return (isToday && minute >= drawn.from) || ((drawn.day + 1) % 7 === day && minute < drawn.to)
          })
        }
        const to = from + length * MINUTE_MS
        const windows = windowsOf(hours.map(written).join(', '), except)
        const open = openSeconds(windows, zone, { from: new Date(from), to: new Date(to) })
        expect(open).toBe(countMinutes(isOpen, from, to) * 60)
        if (open === 0) return
        const reached = instantWhenOpenReaches(windows, zone, { from: new Date(from), seconds: open })?.getTime() ?? 0
        expect(reached).toBeLessThanOrEqual(to)
        expect(countMinutes(isOpen, from, reached) * 60).toBe(open)
        expect(countMinutes(isOpen, from, reached - MINUTE_MS) * 60).toBeLessThan(open)
      },
    ),
    { numRuns: 300 },
  ))

test('adds up: what is open until noon and from noon on is open all the time', () =>
  fc.assert(
    fc.property(
      fc.array(drawn, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...ZONES, 'Africa/Cairo', 'America/Sao_Paulo', 'Pacific/Apia'),
      fc.array(fc.date({ min: new Date('1995-01-01Z'), max: new Date('2035-01-01Z'), noInvalidDate: true }), {
        minLength: 3,
        maxLength: 3,
      }),
      (hours, zone, instants) => {
        const [from, noon, to] = instants.toSorted((a, b) => a.getTime() - b.getTime())
        if (from === undefined || noon === undefined || to === undefined) return
        const windows = windowsOf(hours.map(written).join(', '))
        const whole = openSeconds(windows, zone, { from, to })
        const parts = openSeconds(windows, zone, { from, to: noon }) + openSeconds(windows, zone, { from: noon, to })
        expect(parts).toBeCloseTo(whole, 3)
        expect(whole).toBeLessThanOrEqual((to.getTime() - from.getTime()) / 1_000)
      },
    ),
  ))

describe('the instant when it has been open for so long', () => {
  const office = windowsOf('mon-fri 08:00-18:00', ['2026-11-23'])
  test.each<[string, string, number, string | undefined]>([
    ['within the same day', '2026-11-20T17:12:00Z', 1_800, '2026-11-20T17:42:00.000Z'],
    ['at the end of the hours, not at their next beginning', '2026-11-20T17:12:00Z', 2_880, '2026-11-20T18:00:00.000Z'],
    ['after a weekend and a holiday', '2026-11-20T17:12:00Z', 3_600, '2026-11-24T08:12:00.000Z'],
    ['to the millisecond', '2026-11-20T17:59:59.500Z', 1.25, '2026-11-24T08:00:00.750Z'],
    ['of no length', '2026-11-21T12:00:00Z', 0, '2026-11-21T12:00:00.000Z'],
    ['after years', '2026-11-20T17:12:00Z', 36_000 * 261 * 10, '2036-11-24T17:12:00.000Z'],
    ['beyond all calendars', '2026-11-20T17:12:00Z', Number.POSITIVE_INFINITY, undefined],
  ])('%s', (_, from, seconds, expected) =>
    expect(instantWhenOpenReaches(office, 'UTC', { from: new Date(from), seconds })?.toISOString()).toBe(expected),
  )
})

test.each([...ZONES, 'UTC'])('a hundred years in %s are counted at once', (zone) => {
  const windows = windowsOf('mon-fri 08:00-18:00, sat 09:00-12:00, sun 23:00-05:00', ['2026-12-24', '2026-12-25'])
  const begin = processorMs()
  const open = openSeconds(windows, zone, {
    from: new Date('1926-11-22T12:00:00Z'),
    to: new Date('2026-11-22T12:00:00Z'),
  })
  const cold = processorMs() - begin
  openSeconds(windows, zone, { from: new Date('0001-01-01T00:00:00Z'), to: new Date('2026-11-22T12:00:00Z') })
  expect(open / 3_600 / 24 / 365.2425).toBeCloseTo((100 * 59) / 168, 1)
  // Far more than it takes: other tests run beside this one.
  expect(cold).toBeLessThan(500)
})

describe('the instant that never comes, or late', () => {
  const mondays = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, week) =>
      new Date(Date.parse('2026-11-23T00:00:00Z') + week * 7 * DAY_MS).toISOString().slice(0, 10),
    )

  test('comes after as many holidays as there are', () =>
    expect(
      instantWhenOpenReaches(windowsOf('mon 08:00-09:00', mondays(150)), 'UTC', {
        from: new Date('2026-11-22T12:00:00Z'),
        seconds: 1_800,
      }),
    ).toEqual(new Date(Date.parse('2026-11-23T08:30:00Z') + 150 * 7 * DAY_MS)))

  test.each<[string, Windows, string, number]>([
    ['comes after the end of the calendar', windowsOf('mon-fri 08:00-18:00'), '9999-12-01T12:00:00Z', 1e7],
    ['has an infinite time before it', windowsOf('mon-fri 08:00-18:00'), '2026-11-22T12:00:00Z', INFINITY],
    ['is asked of what is never open', { text: '', week: [], except: [] }, '2026-11-22T12:00:00Z', 1],
  ])('is not looked for long where it %s', (_, windows, from, seconds) => {
    const begin = processorMs()
    expect(instantWhenOpenReaches(windows, 'Pacific/Chatham', { from: new Date(from), seconds })).toBeUndefined()
    expect(processorMs() - begin).toBeLessThan(500)
  })
})
