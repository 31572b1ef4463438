import { expect, test } from 'vitest'
import { dueRemarks } from '../../../src/core/incident/remark.ts'

const NOON = new Date('2026-11-29T12:00:00Z')
const before = (hours: number): Date => new Date(NOON.getTime() - hours * 3_600_000)
const ZONE = { key: 'zone', text: 'not in UTC' }

test.each([
  ['is made where it never was', [], ['zone']],
  ['is not made twice a day', [['zone', before(23.9)]], []],
  ['is made again after a day', [['zone', before(24)]], ['zone']],
  ['is made where another one was', [['other', before(1)]], ['zone']],
  ['is made again where it was made long after now, by a clock that was wrong', [['zone', before(-25)]], ['zone']],
] as const)('a remark %s', (_, said, keys) => {
  const { due } = dueRemarks([ZONE], new Map(said), NOON)
  expect(due.map(({ key }) => key)).toEqual(keys)
})

test('the same remark of two is made once', () => {
  expect(dueRemarks([ZONE, ZONE], new Map(), NOON).due).toHaveLength(1)
})

test('what was remarked long ago is forgotten, and what is new is kept', () => {
  const { said } = dueRemarks([ZONE], new Map([['old', before(30)]]), NOON)
  expect([...said]).toEqual([['zone', NOON]])
})
