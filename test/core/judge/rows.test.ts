import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Many } from '../../../src/core/check.ts'
import { upTo } from '../../../src/core/judge/range.ts'
import { judgeAll } from '../../../src/core/judge/rows.ts'
import { rank } from '../../../src/core/judge/severity.ts'
import type { Reading, Severity } from '../../../src/core/types.ts'
import { aCheck, later, NOON } from '../builders.ts'

const many = (changes: Partial<Many> = {}): Many => ({
  judge: 'each',
  vanished: 'unknown',
  expect: [],
  minRows: 0,
  maxRows: 10,
  ...changes,
})
const beat = (item: string, secondsAgo: number): Reading => ({
  kind: 'beat',
  item,
  at: later(-secondsAgo),
  asOf: NOON,
  readAt: NOON,
})
const never = (item: string): Reading => ({ kind: 'absent', item, why: 'NULL' })
const broken = (item?: string): Reading => ({
  kind: 'fault',
  ...(item === undefined ? {} : { item }),
  fault: { kind: 'invalid', scope: 'check', message: 'unreadable' },
})
const unreachable: Reading = {
  kind: 'fault',
  fault: { kind: 'unreachable', scope: 'check', message: 'out of reach' },
}
const rows = (count: number): Reading => ({ kind: 'rows', count })

const [alive, lateBeat, silent, tomorrow] = [beat('a', 10), beat('l', 400), beat('s', 700), beat('t', -7_200)]

function judged(changes: Partial<Many>, readings: readonly Reading[], missing: Severity = 'unknown') {
  const check = aCheck({ many: many(changes), missing })
  return judgeAll(check, readings).map(
    ({ item, severity, summary }) => `${item ?? '-'} ${severity}: ${summary.replace(/ \(limit .*?\)/, '')}`,
  )
}

test('a check of one value has one verdict, whatever was read', () => {
  const { item: _, ...reading } = beat('', 10)
  expect(judgeAll(aCheck(), [reading])).toMatchObject([{ check: 'mdx', severity: 'ok' }])
  expect(judgeAll(aCheck(), [])).toEqual([])
})

describe('each row', () => {
  test('has its own verdict, beside that of the check', () =>
    expect(judged({}, [rows(4), alive, silent, never('n'), broken('b')])).toEqual([
      '- ok: 4 rows',
      'a ok: alive 10 s ago',
      's critical: silent for 11 min',
      'n unknown: NULL',
      'b unknown: unreadable',
    ]))

  test.each<[string, Partial<Many>, readonly Reading[], Severity, string]>([
    ['no rows', {}, [rows(0)], 'unknown', '- unknown: no rows'],
    ['no rows where that is fine', {}, [rows(0)], 'ok', '- ok: no rows'],
    ['no rows of two', { minRows: 2 }, [rows(0)], 'critical', '- critical: no rows, at least 2 expected'],
    ['one row of two', { minRows: 2 }, [rows(1)], 'warning', '- warning: 1 row, at least 2 expected'],
    ['two rows of two', { minRows: 2 }, [rows(2)], 'critical', '- ok: 2 rows'],
  ])('%s', (_, changes, readings, missing, line) => expect(judged(changes, readings, missing)).toEqual([line]))

  test('that is expected and not there is missing, under its own name', () =>
    expect(judged({ expect: ['a', 'b/c', '__proto__'] }, [rows(1), alive], 'critical')).toEqual([
      '- ok: 1 row',
      'a ok: alive 10 s ago',
      'b/c critical: is expected, and has no row',
      '__proto__ critical: is expected, and has no row',
    ]))

  test('that cannot be read is there all the same', () =>
    expect(judged({ expect: ['b'] }, [rows(1), broken('b')])).toEqual(['- ok: 1 row', 'b unknown: unreadable']))

  test('is missed where all were read, and something else could not be', () =>
    expect(judged({ expect: ['b'] }, [rows(1), broken(), alive], 'critical')).toEqual([
      '- ok: 1 row',
      '- unknown: unreadable',
      'a ok: alive 10 s ago',
      'b critical: is expected, and has no row',
    ]))

  test('is not missed where not all could be read', () =>
    expect(judged({ expect: ['b'] }, [broken()], 'critical')).toEqual(['- unknown: unreadable']))

  test.each<[string, readonly Reading[], boolean]>([
    ['all rows were read', [rows(1), alive], true],
    ['there are none', [rows(0)], true],
    ['they could not be read', [broken()], false],
  ])('may be gone only if %s', (_, readings, isWhole) => {
    const [own] = judgeAll(aCheck({ many: many({ minRows: 1 }) }), readings)
    expect(own?.isWhole === true).toBe(isWhole)
  })

  test('has a figure of its own, and the check counts them', () =>
    expect(judgeAll(aCheck({ many: many({ minRows: 1 }) }), [rows(1), alive]).map(({ metrics }) => metrics)).toEqual([
      [
        {
          name: 'mdx',
          value: 1,
          unit: '',
          min: 0,
          critical: { from: 1, to: Number.POSITIVE_INFINITY, alerts: 'outside' },
        },
      ],
      [{ name: 'mdx/a', value: 10, unit: 's', warning: upTo(300), critical: upTo(600), min: 0 }],
    ]))
})

test.each<[string, Partial<Many>, readonly Reading[], string]>([
  ['that is expected', { expect: ['z'] }, [rows(0)], 'is expected, and has no row'],
  ['of all that count as one', { judge: 'any' }, [], 'no rows'],
])('a row %s and not there is absent', (_, changes, readings, summary) =>
  expect(judgeAll(aCheck({ many: many(changes) }), readings).at(-1)).toMatchObject({ cause: 'absent', summary }),
)

describe('rows that count as one', () => {
  test.each<[Many['judge'], string, readonly Reading[], string]>([
    ['any', 'one is alive', [silent, alive, lateBeat], '- ok: alive 10 s ago; the best of 3: a'],
    [
      'any',
      'one is alive and the rest says nothing',
      [never('n'), broken('b'), alive],
      '- ok: alive 10 s ago; the best of 3: a',
    ],
    ['any', 'two are alive: the newest', [beat('x', 20), alive], '- ok: alive 10 s ago; the best of 2: a'],
    ['any', 'none is: the mildest', [silent, lateBeat], '- warning: silent for 6 min 40 s; the best of 2: l'],
    ['any', 'NULL hides no silence', [silent, never('n')], '- critical: silent for 11 min; the best of 2: s'],
    ['any', 'a fault hides no silence', [broken('b'), silent], '- critical: silent for 11 min; the best of 2: s'],
    [
      'any',
      'a beat of tomorrow hides no silence',
      [tomorrow, silent],
      '- critical: silent for 11 min; the best of 2: s',
    ],
    ['any', 'all are faults', [broken('b'), broken('c')], '- unknown: unreadable; the best of 2: b'],
    ['any', 'all have never been', [never('n')], '- unknown: NULL; the best of 1: n'],
    ['all', 'all are alive: the oldest', [beat('x', 20), alive], '- ok: alive 20 s ago; the worst of 2: x'],
    ['all', 'one is silent', [alive, silent, lateBeat], '- critical: silent for 11 min; the worst of 3: s'],
    ['all', 'a fault hides no silence', [broken('b'), silent], '- critical: silent for 11 min; the worst of 2: s'],
    ['all', 'a NULL hides no fault', [never('n'), broken('b')], '- unknown: unreadable; the worst of 2: b'],
    ['all', 'a fault is worse than a NULL', [broken('b'), never('n')], '- unknown: unreadable; the worst of 2: b'],
    ['all', 'a living row hides no fault', [alive, broken('b')], '- unknown: unreadable; the worst of 2: b'],
    ['all', 'a living row hides no NULL', [alive, never('n')], '- unknown: NULL; the worst of 2: n'],
    ['all', 'a name has a slash', [beat('x/y', 700)], '- critical: silent for 11 min; the worst of 1: x/y'],
  ])('judge: %s where %s', (judge, _, readings, line) =>
    expect(judged({ judge }, [rows(readings.length), ...readings])).toEqual([line]),
  )

  test.each<[string, Partial<Many>, readonly Reading[], Severity, string]>([
    [
      'one that is expected is missing',
      { expect: ['z'] },
      [rows(1), alive],
      'critical',
      '- critical: z: is expected, and has no row',
    ],
    [
      'a missing one hides no silence',
      { expect: ['z'] },
      [rows(1), silent],
      'warning',
      '- critical: silent for 11 min; the best of 1: s',
    ],
    [
      'a missing one goes before a row that is as bad',
      { expect: ['z'] },
      [rows(1), silent],
      'critical',
      '- critical: z: is expected, and has no row',
    ],
    [
      'what could not be read at all goes before what could not be read in part',
      {},
      [broken(), unreachable, alive],
      'ok',
      '- critical: out of reach',
    ],
    [
      'a missing one that is fine hides no row',
      { expect: ['z'] },
      [rows(1), alive],
      'ok',
      '- ok: alive 10 s ago; the best of 1: a',
    ],
    ['there are too few', { minRows: 2 }, [rows(1), alive], 'warning', '- warning: 1 row, at least 2 expected'],
    ['too few are fine', { minRows: 2 }, [rows(1), alive], 'ok', '- ok: alive 10 s ago; the best of 1: a'],
    ['some could not be read', {}, [broken(), alive], 'ok', '- unknown: unreadable'],
    ['there are none', {}, [rows(0)], 'critical', '- critical: no rows'],
    ['there are none, which is fine', {}, [rows(0)], 'ok', '- ok: no rows'],
    ['nothing at all was said', {}, [], 'critical', '- critical: no rows'],
  ])('%s', (_, changes, readings, missing, line) =>
    expect(judged({ judge: 'any', ...changes }, readings, missing)).toEqual([line]),
  )

  test('have one figure, called after the check', () =>
    expect(judgeAll(aCheck({ many: many({ judge: 'all' }) }), [rows(1), silent])).toMatchObject([
      { check: 'mdx', metrics: [{ name: 'mdx', value: 700 }], since: later(-400), lastBeat: later(-700) },
    ]))

  test('say nothing about rows by themselves', () => {
    const [verdict] = judgeAll(aCheck({ many: many({ judge: 'all', expect: ['z'] }) }), [rows(1), alive])
    expect(verdict).not.toHaveProperty('item')
  })
})

const READING = fc.oneof(
  fc.integer({ min: -7_200, max: 1_000 }).map((age) => beat('r', age)),
  fc.constant(never('r')),
  fc.constant(broken('r')),
)
const READINGS = fc
  .array(READING, { minLength: 1, maxLength: 6 })
  .map((readings) => readings.map((reading, i) => ({ ...reading, item: `r${i}` })))
const severityOf = (judge: Many['judge'], readings: readonly Reading[]): number => {
  const verdicts = judgeAll(aCheck({ many: many({ judge }) }), [rows(readings.length), ...readings])
  return Math.max(...verdicts.map(({ severity }) => rank(severity)))
}

describe('whatever the rows are', () => {
  test('all of them are as bad as the worst, in any order', () =>
    fc.assert(
      fc.property(READINGS, (readings) => {
        expect(severityOf('all', readings)).toBe(severityOf('each', readings))
        expect(severityOf('all', readings.toReversed())).toBe(severityOf('all', readings))
      }),
    ))

  test('any of them is no worse than all, and as well as one that is alive', () =>
    fc.assert(
      fc.property(READINGS, (readings) => {
        expect(severityOf('any', readings)).toBeLessThanOrEqual(severityOf('all', readings))
        expect(severityOf('any', [...readings, alive])).toBe(rank('ok'))
      }),
    ))

  test('where all that were measured are silent, any says so', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(never('n'), broken('b'), tomorrow)), (blind) => {
        expect(severityOf('any', [...blind, silent])).toBe(rank('critical'))
      }),
    ))
})

test('as one, each figure of the row that counts keeps what tells it from the others', () => {
  const figure = (name: string) => ({ name, value: 1, unit: 's' as const })
  const metrics = [figure('mdx/a'), figure('mdx/a_duration')]
  const row: Reading = { kind: 'judged', item: 'a', severity: 'ok', summary: 'ran', metrics }
  const [verdict] = judgeAll(aCheck({ many: many({ judge: 'any' }) }), [{ kind: 'rows', count: 1 }, row])
  expect(verdict?.metrics.map(({ name }) => name)).toEqual(['mdx', 'mdx_duration'])
})
