import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseSchedule } from '../../../src/core/time/schedule.ts'

/** What Debian's cron makes of an expression, as it was measured. */
interface Vector {
  readonly expression: string
  readonly zone: string
  readonly start: string
  readonly accepted: boolean
  /** up to ten; none where it is never due */
  readonly next: readonly string[]
  readonly previous?: readonly string[]
}

const vectors = readFileSync(new URL('../../data/cron-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

/**
 * Three lists of previous due times leave out what the lists of next ones have: the last hours before the clock of Lord
 * Howe was put back by half an hour. A minute-by-minute count finds them.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  '*/10 23 * * * after 2025-04-05T16:08:00Z': '2025-04-05T12:50:00Z,2025-04-05T12:40:00Z,2025-04-05T12:30:00Z',
  '32 */3 * * * after 2025-04-05T15:04:00Z': '2025-04-05T13:32:00Z,2025-04-05T10:32:00Z,2025-04-05T07:32:00Z',
  '44 */2 * * * after 2025-04-05T16:43:00Z': '2025-04-05T16:14:00Z,2025-04-05T13:44:00Z,2025-04-05T11:44:00Z',
}

/** As many due times, one after the other, as were measured: where there are none, there is to be none. */
function follow(step: (from: Date) => Date | undefined, start: string, count: number): string {
  const found: string[] = []
  for (let due = step(new Date(start)); due !== undefined && found.length < Math.max(1, count); due = step(due)) {
    found.push(`${due.toISOString().slice(0, 19)}Z`)
  }
  return found.join()
}

const schedules = vectors.flatMap((vector) => {
  const parsed = parseSchedule(vector.expression)
  return parsed.kind === 'rejected' ? [] : [{ ...vector, ...parsed.schedule }]
})

test('there are as many vectors as were measured', () => expect(vectors).toHaveLength(2_805))

test('accepts what cron accepts, and nothing else', () => {
  const wrong = vectors.filter(
    ({ expression, accepted }) => (parseSchedule(expression).kind === 'schedule') !== accepted,
  )
  expect(wrong.map(({ expression }) => expression)).toEqual([])
})

test('is due next when cron is', () => {
  const wrong = schedules.filter(
    ({ nextDue, zone, start, next }) => follow((from) => nextDue(zone, from), start, next.length) !== next.join(),
  )
  expect(wrong).toEqual([])
})

test('was due before when cron was', () => {
  const wrong = schedules.filter(({ previousDue, expression, zone, start, previous = [] }) => {
    const expected = LEFT_OUT[`${expression} after ${start}`] ?? previous.join()
    return previous.length > 0 && follow((from) => previousDue(zone, from), start, previous.length) !== expected
  })
  expect(wrong).toEqual([])
})

test.each(Object.entries(LEFT_OUT))('counting minute by minute, %s was due at %s', (words, expected) => {
  const [expression = '', start = ''] = words.split(' after ')
  const [minute = '', hour = ''] = expression.split(' ')
  const isIn = (field: string, value: number): boolean =>
    field.startsWith('*/') ? value % Number(field.slice(2)) === 0 : Number(field) === value
  const wall = new Intl.DateTimeFormat('en-GB', { timeZone: 'Australia/Lord_Howe', hour: '2-digit', minute: '2-digit' })
  const found = Array.from({ length: 1_440 }, (_, i) => new Date(Date.parse(start) - (i + 1) * 60_000)).filter(
    (instant) => {
      const [hourThere, minuteThere] = wall.format(instant).split(':').map(Number)
      return isIn(hour, hourThere ?? Number.NaN) && isIn(minute, minuteThere ?? Number.NaN)
    },
  )
  expect(
    found
      .slice(0, 3)
      .map((due) => `${due.toISOString().slice(0, 19)}Z`)
      .join(),
  ).toBe(expected)
})
