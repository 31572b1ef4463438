import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { expected, formatLimit } from '../../../src/core/judge/age.ts'
import { judge } from '../../../src/core/judge/judge.ts'
import { type Range, upTo } from '../../../src/core/judge/range.ts'
import { aCheck, later, NOON } from '../builders.ts'

describe('a beat beyond the tolerance of 60 seconds is laid at the door', () => {
  const writer = "the database's clock; check the writer's clock and the unit"
  const database = (behind: string) =>
    `the database's clock, which is ${behind} behind this host's; check the database's clock`
  const any = "this host's clock; check the writer's clock, this one, and the unit"

  test.each<[string, number, number, Check['clock'], string, string]>([
    ['of the writer, where both clocks agree', 7_200, 0, 'database', '2 h', writer],
    ['of the writer, where the database is ahead', 7_200, 10, 'database', '1 h 59 min', writer],
    ['of the writer, where the database is a little behind', 7_200, -10, 'database', '2 h', writer],
    ['of the database, where the beat is none of tomorrow here', 0, -7_200, 'database', '2 h', database('2 h')],
    [
      'of the database, where the beat is just within the tolerance here',
      60,
      -10,
      'database',
      '1 min 10 s',
      database('10 s'),
    ],
    ['of the writer, where the beat is just beyond the tolerance here', 60.001, -10, 'database', '1 min 10 s', writer],
    ['of any clock, where it is measured against this host', 7_200, 0, 'local', '2 h', any],
    ['of any clock, where the database is behind besides', 7_200, -7_200, 'local', '2 h', any],
  ])('%s', (_, at, asOf, clock, ahead, words) =>
    expect(judge(aCheck({ clock }), { kind: 'beat', at: later(at), asOf: later(asOf), readAt: NOON })).toMatchObject({
      severity: 'unknown',
      cause: 'future',
      summary: `the last beat lies ${ahead} in the future of ${words}`,
    }),
  )
})

const inside = (from: number, to: number): Range => ({ from, to, alerts: 'inside' })

test.each<[string, Range]>([
  ['10 min', upTo(600)],
  ['@~:10min', inside(Number.NEGATIVE_INFINITY, 600)],
  ['@1min:1h30min', inside(60, 5_400)],
  ['1min:', { from: 60, to: Number.POSITIVE_INFINITY, alerts: 'outside' }],
])('%s is how a limit of an age is read', (words, range) => expect(formatLimit(range)).toBe(words))

test.each<[string, Pick<Check, 'warning' | 'critical'>]>([
  ['limit 5 min', { warning: upTo(300), critical: upTo(600) }],
  ['limit 10 min', { critical: upTo(600) }],
  ['no limit', {}],
])('%s is what is expected', (words, limits) => expect(expected(limits)).toBe(words))
