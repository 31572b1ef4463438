import { describe, expect, test } from 'vitest'
import type { Check, Many } from '../../../src/core/check.ts'
import { upTo } from '../../../src/core/judge/range.ts'
import type { RawValue, Reading } from '../../../src/core/types.ts'
import { patternQuestion } from '../../../src/sources/sql/key-table.ts'
import type { SqlLook } from '../../../src/sources/sql/look.ts'
import { type NamedRow, readRows } from '../../../src/sources/sql/rows.ts'
import { writtenQuestion } from '../../../src/sources/sql/written-query.ts'
import { aCheck, NOON } from '../../core/builders.ts'
import { CLOCKS, number, text } from './values.ts'

const WHEN = { clocks: CLOCKS, signal: new AbortController().signal }

const MANY: Many = { judge: 'each', vanished: 'unknown', expect: [], minRows: 0, maxRows: 3 }
const AT = '2026-11-22T12:00:00Z'
const { warning: _, critical: __, ...UNLIMITED } = aCheck({ many: MANY })
const row = (name: string | null, value: RawValue = text(AT), more: Partial<NamedRow> = {}): NamedRow => ({
  name: text(name),
  value,
  ...more,
})

/** Readings in few words: `name: kind`, with what a fault or an absence says. */
function brief(readings: readonly Reading[]): readonly string[] {
  return readings.map((reading) => `${reading.item ?? '-'}: ${wordsOf(reading)}`)
}

function wordsOf(reading: Reading): string {
  switch (reading.kind) {
    case 'beat':
      return reading.at.toISOString()
    case 'amount':
      return String(reading.value)
    case 'endless':
    case 'absent':
      return reading.why
    case 'rows':
      return `${reading.count} rows`
    case 'judged':
      return reading.summary
    case 'fault':
      return reading.fault.message
  }
}

test.each<[string, readonly NamedRow[], readonly string[]]>([
  ['none', [], ['-: 0 rows']],
  [
    'two',
    [row('a'), row('b/c', number('1795348800'))],
    ['-: 2 rows', 'a: 2026-11-22T12:00:00.000Z', 'b/c: 2026-11-22T12:00:00.000Z'],
  ],
  ['one that has never been', [row('a', text(null))], ['-: 1 rows', 'a: has never been (NULL)']],
  [
    'one that says why it has no time',
    [row('a', text(null), { why: text('it is\ndisabled') }), row('b', text(null), { why: text(null) })],
    ['-: 2 rows', 'a: it is\\ndisabled', 'b: has never been (NULL)'],
  ],
  [
    'one that says why, and has one',
    [row('a', text(AT), { why: text('x') })],
    ['-: 1 rows', 'a: 2026-11-22T12:00:00.000Z'],
  ],
  [
    'one that is no time',
    [row('a', text('x')), row('b')],
    ['-: 2 rows', 'a: its value: "x" is not a timestamp', 'b: 2026-11-22T12:00:00.000Z'],
  ],
  [
    'as many as are allowed',
    [row('a'), row('b'), row('a')],
    ['-: 3 rows', 'a: 2 rows have this name; one was expected', 'b: 2026-11-22T12:00:00.000Z'],
  ],
  ['more than are allowed', [row('a'), row('b'), row('c'), row('d')], ['-: there are more than 3 rows']],
  ['one without a name', [row(null), row('a')], ['-: a row has no name', 'a: 2026-11-22T12:00:00.000Z']],
  ['some without a name', [row(null), row('')], ['-: 2 rows have no name']],
  [
    'names of JavaScript',
    [row('__proto__'), row('constructor')],
    ['-: 2 rows', '__proto__: 2026-11-22T12:00:00.000Z', 'constructor: 2026-11-22T12:00:00.000Z'],
  ],
  [
    'names that differ by little',
    [row('a'), row('A'), row('a ')],
    ['-: 3 rows', 'a: 2026-11-22T12:00:00.000Z', 'A: 2026-11-22T12:00:00.000Z', 'a : 2026-11-22T12:00:00.000Z'],
  ],
])('rows: %s', async (___, rows, readings) =>
  expect(brief(await readRows(aCheck({ many: MANY }), rows, WHEN))).toEqual(readings),
)

test('rows that are numbers', async () =>
  expect(
    brief(
      await readRows(
        { ...UNLIMITED, measure: 'amount' },
        [row('a', text('-5')), row('b', text('0')), row('c', text(' '))],
        WHEN,
      ),
    ),
  ).toEqual(['-: 3 rows', 'a: -5', 'b: 0', 'c: its value has no value (empty)']))

describe('the limits that a row brings', () => {
  const limitsOf = async (more: Partial<NamedRow>, measure: Check['measure'] = 'age') =>
    (await readRows({ ...aCheck({ many: MANY }), measure }, [row('a', number('1795348800'), more)], WHEN))[1]

  test.each<[string, Partial<NamedRow>, Check['measure'], object]>([
    ['none where they are NULL', { warning: text(null), critical: text(null) }, 'age', {}],
    ['one of seconds', { critical: number('60') }, 'age', { limits: { critical: upTo(60) } }],
    [
      'both',
      { warning: text('1m'), critical: text(' 1h ') },
      'age',
      { limits: { warning: upTo(60), critical: upTo(3_600) } },
    ],
    ['a range', { critical: text('1m:') }, 'age', { limits: { critical: { from: 60 } } }],
    ['a range of numbers', { critical: text('~:5') }, 'amount', { kind: 'amount', limits: { critical: { to: 5 } } }],
  ])('are %s', (___, more, measure, reading) => expect(limitsOf(more, measure)).resolves.toMatchObject(reading))

  test.each([
    ['soon', 'age'],
    ['', 'age'],
    ['-5', 'age'],
    ['00:10:00', 'age'],
    ['Infinity', 'age'],
    ['9'.repeat(400), 'age'],
    ['10m', 'amount'],
    ['NaN', 'amount'],
  ] as const)('are not %j, of %s', async (written, measure) => {
    const reading = await limitsOf({ critical: text(written) }, measure)
    expect(reading).toMatchObject({ kind: 'fault', item: 'a' })
    expect(reading).not.toHaveProperty('limits')
  })

  test('stay with a row that has never been', async () =>
    expect(
      (await readRows(aCheck({ many: MANY }), [row('a', text(null), { critical: text('1m') })], WHEN))[1],
    ).toMatchObject({
      kind: 'absent',
      limits: { critical: upTo(60) },
    }))
})

describe('the columns of a query', () => {
  const lookAt = (rows: 'one' | 'many'): SqlLook => ({
    kind: 'query',
    sql: 'SELECT 1',
    parameters: [],
    rows,
  })
  const read = async (
    rows: 'one' | 'many',
    columns: readonly string[],
    values: readonly RawValue[],
  ): Promise<Reading | undefined> => {
    const check = aCheck({ look: lookAt(rows), ...(rows === 'many' ? { many: MANY } : {}) })
    const when = { sent: CLOCKS, readAt: NOON, signal: WHEN.signal }
    const answer = await writtenQuestion([check])?.read({ columns, rows: [values] }, when)
    return answer?.readings.get('mdx')?.at(-1)
  }
  const BEAT = { kind: 'beat', at: NOON }

  test.each<[string, readonly string[], readonly RawValue[], object]>([
    ['by position', ['n', 's'], [text('a'), text(AT)], { ...BEAT, item: 'a' }],
    ['by name', ['at', 'NAME'], [text(AT), text('a')], { ...BEAT, item: 'a' }],
    [
      'by name, the limits by position',
      ['name', 'at', 'lim'],
      [text('a'), text(AT), text('60')],
      { ...BEAT, limits: { warning: upTo(60) } },
    ],
    [
      'by name, one too many',
      ['name', 'at', 'x', 'warning'],
      [text('a'), text(AT), text('x'), text('60')],
      { fault: { message: 'the query brings 4 columns' } },
    ],
    ['by name, the value under another', ['value', 'name'], [text(AT), text('a')], { ...BEAT, item: 'a' }],
    [
      'the limits by position',
      ['n', 's', 'w', 'c'],
      [text('a'), text(AT), text(null), text('60')],
      { ...BEAT, limits: { critical: upTo(60) } },
    ],
    [
      'one limit by name',
      ['n', 's', 'critical'],
      [text('a'), text(AT), text('60')],
      { ...BEAT, limits: { critical: upTo(60) } },
    ],
    ['why there is no time, by name', ['n', 's', 'why'], [text('a'), text(null), text('off')], { why: 'off' }],
    ['why, but not of two', ['n', 'why'], [text('a'), text(AT)], { ...BEAT, item: 'a' }],
    ['the name by name, the rest by position', ['s', 'name'], [text(AT), text('a')], { ...BEAT, item: 'a' }],
    ['one too few', ['name'], [text('a')], { fault: { message: 'the query brings one column' } }],
    [
      'one too many',
      ['n', 's', 'w', 'c', 'x'],
      [text('a'), text(AT)],
      { fault: { message: 'the query brings 5 columns' } },
    ],
    [
      'two of one name',
      ['name', 'at', 'AT'],
      [text('a'), text(AT), text(AT)],
      { fault: { message: 'the query brings 3 columns' } },
    ],
    [
      'one beside a limit that nobody named',
      ['n', 's', 'x', 'critical'],
      [text('a'), text(AT)],
      { fault: { message: 'the query brings 4 columns' } },
    ],
  ])('of many rows: %s', (___, columns, values, reading) =>
    expect(read('many', columns, values)).resolves.toMatchObject(reading),
  )

  test.each<[string, readonly string[], readonly RawValue[], object]>([
    ['the only one', ['max'], [text(AT)], BEAT],
    ['the one that is named', ['x', 'At'], [text('x'), text(AT)], BEAT],
    [
      'the one beside its limit',
      ['max', 'critical'],
      [text(AT), text('60')],
      { ...BEAT, limits: { critical: upTo(60) } },
    ],
    ['two that nobody named', ['a', 'b'], [text(AT), text('60')], { fault: { message: 'the query brings 2 columns' } }],
  ])('of one row: %s', (___, columns, values, reading) =>
    expect(read('one', columns, values)).resolves.toMatchObject(reading),
  )
})

describe('keys that are like a pattern', () => {
  const read = async (keys: readonly (string | null)[]): Promise<readonly string[]> => {
    const check = aCheck({ many: MANY })
    if (check.look.kind !== 'key') return []
    const question = patternQuestion(check, { ...check.look, key: 'last_*', rows: 'many' })
    const rows = keys.map((key) => [number('1795348800'), text(key), text(AT)])
    const when = { sent: CLOCKS, readAt: NOON, signal: WHEN.signal }
    const { readings } = await question.read({ columns: [], rows }, when)
    return brief(readings.get('mdx') ?? [])
  }

  test('are rows by their names', () =>
    expect(read(['last_a', 'LAST_B', 'xlast_c'])).resolves.toEqual(['-: 1 rows', 'last_a: 2026-11-22T12:00:00.000Z']))

  test('are none where the table brings the time alone', () => expect(read([null])).resolves.toEqual(['-: 0 rows']))

  test('are not taken for all where some were cut off, whatever those are', () =>
    expect(read(['LAST_A', 'LAST_B', 'LAST_C', 'LAST_D'])).resolves.toEqual(['-: there are more than 3 rows']))
})
