import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseOnCalendar } from '../../../../src/core/time/on-calendar/on-calendar.ts'
import { type Question, questions, ZONES } from './expressions.ts'

/** What systemd-analyze made of an expression; test/examples/on-calendar.test.ts asks it again. */
interface Vector extends Question {
  readonly accepted: boolean
  /** systemd did not find out when it comes */
  readonly gaveUp?: true
  /** up to six, in full seconds; none where it never comes */
  readonly next: readonly string[]
}

const vectors = readFileSync(new URL('../../../data/on-calendar-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

/** How many vectors there are of each kind at least, and how many of these systemd accepts. */
const LEAST = 48
const LEAST_ACCEPTED = 20

const kinds = [...new Set(questions().map(({ shows }) => shows))]
const of = (kind: string): readonly Vector[] => vectors.filter(({ shows, gaveUp }) => shows === kind && !gaveUp)

describe('what systemd was asked', () => {
  test('is at least two thousand expressions, in six zones', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(2_000)
    expect(new Set(vectors.map(({ zone }) => zone))).toEqual(new Set(ZONES))
    expect(vectors.map(({ expression, zone, start, shows }) => ({ expression, zone, start, shows }))).toEqual(
      questions().map(({ expression, zone, start, shows }) => ({ expression, zone, start, shows })),
    )
  })

  test.each(kinds)('has enough of each kind: %s', (kind) => {
    expect(of(kind).length).toBeGreaterThanOrEqual(LEAST)
    expect(of(kind).filter(({ accepted }) => accepted).length).toBeGreaterThanOrEqual(LEAST_ACCEPTED)
  })
})

/** As many as were recorded, one after the other; where they ended, one more. */
function timesFrom({ expression, zone, start, next }: Vector): Pick<Vector, 'accepted' | 'next'> {
  const parsed = parseOnCalendar(expression)
  if (parsed.kind === 'rejected') return { accepted: false, next: [] }
  const found: string[] = []
  let due = parsed.schedule.nextDue(zone, new Date(start))
  while (due !== undefined && found.length < Math.max(1, next.length)) {
    found.push(`${due.toISOString().slice(0, 19)}Z`)
    due = parsed.schedule.nextDue(zone, due)
  }
  return { accepted: true, next: found }
}

describe('is read as systemd reads it', () => {
  test.each(kinds)('%s', (kind) => {
    const label = ({ expression, zone, start }: Vector): string => `${expression} (${zone}, ${start})`
    const answered = (answer: (vector: Vector) => unknown) =>
      Object.fromEntries(of(kind).map((vector) => [label(vector), answer(vector)]))
    expect(answered(timesFrom)).toEqual(answered(({ accepted, next }) => ({ accepted, next })))
  })
})

test('what was due before is what came next', () => {
  for (const { expression, zone, next } of vectors) {
    const parsed = parseOnCalendar(expression)
    if (parsed.kind === 'rejected') continue
    const { nextDue, previousDue } = parsed.schedule
    for (const at of next) {
      const due = nextDue(zone, new Date(Date.parse(at) - 1))
      if (due === undefined) throw new Error(`${expression} has lost ${at}`)
      const before = previousDue(zone, due)
      expect([expression, before === undefined ? undefined : nextDue(zone, before)]).toEqual([
        expression,
        before === undefined ? undefined : due,
      ])
      expect([expression, previousDue(zone, new Date(due.getTime() + 1))]).toEqual([expression, due])
    }
  }
})
