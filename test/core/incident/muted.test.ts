import { describe, expect, test } from 'vitest'
import { parseMaintenance } from '../../../src/core/incident/maintenance.ts'
import { isInForce, isMeantBy, isUnderMaintenance, mutedBy, type Silence } from '../../../src/core/incident/muted.ts'
import type { Named } from '../../../src/core/names.ts'
import { later, NOON } from '../builders.ts'

const silence = (changes: Partial<Silence> = {}): Silence => ({
  names: ['mdx'],
  tags: [],
  at: NOON,
  until: later(3_600),
  by: 'root',
  ...changes,
})

describe('a name means', () => {
  test.each<[string, string, Named, boolean]>([
    ['the check of that name', 'mdx', { check: 'mdx' }, true],
    ['no other', 'mdx', { check: 'mdx2' }, false],
    ['its rows as well', 'workers', { check: 'workers', item: 'host-7' }, true],
    ['one row', 'workers/host-7', { check: 'workers', item: 'host-7' }, true],
    ['that row alone', 'workers/host-7', { check: 'workers', item: 'host-8' }, false],
    ['with a star any text', 'work*', { check: 'workers' }, true],
    ['with a star any row', 'workers/host-*', { check: 'workers', item: 'host-7' }, true],
    ['with a star alone everything', '*', { check: 'database:mail' }, true],
    ['a database by its row', 'database:mail', { check: 'database:mail' }, true],
    ['a database as a person calls it', 'database mail', { check: 'database:mail' }, true],
    ['a row as a person reads it', String.raw`workers/a\nb`, { check: 'workers', item: 'a\nb' }, true],
    ['nothing where a part of the text differs', 'w*x', { check: 'workers' }, false],
  ])('%s', (_, pattern, named, expected) => expect(isMeantBy(pattern, named)).toBe(expected))
})

describe('a silence is in force', () => {
  test.each<[string, Silence, Date, boolean]>([
    ['from its beginning', silence(), NOON, true],
    ['until just before its end', silence(), later(3_599), true],
    ['not at its end', silence(), later(3_600), false],
    ['not where its beginning is in the future: the clock was put back', silence(), later(-61), false],
    ['though the clock was corrected by a little', silence(), later(-60), true],
  ])('%s', (_, one, now, expected) => expect(isInForce(one, now)).toBe(expected))
})

describe('nothing is said', () => {
  const during = (...texts: readonly string[]) => {
    const parsed = parseMaintenance(texts, 'Europe/Paris')
    if (parsed.kind === 'rejected') throw new Error(parsed.error)
    return parsed.maintenance
  }
  const hush = { silences: [], tags: ['night'], maintenance: undefined, now: NOON }
  test.each<[string, Parameters<typeof mutedBy>[1], string | undefined]>([
    ['of what is silenced by name', { ...hush, silences: [silence()] }, 'silenced'],
    ['of what is silenced by tag', { ...hush, silences: [silence({ names: [], tags: ['night'] })] }, 'silenced'],
    [
      'of what has one of several tags',
      { ...hush, silences: [silence({ names: [], tags: ['day', 'night'] })] },
      'silenced',
    ],
    ['but of another tag', { ...hush, silences: [silence({ names: [], tags: ['day'] })] }, undefined],
    ['but after a silence', { ...hush, silences: [silence({ until: NOON })] }, undefined],
    ['in maintenance', { ...hush, maintenance: during('sun 12:00-14:00') }, 'maintenance'],
    ['but on another day', { ...hush, maintenance: during('mon 12:00-14:00') }, undefined],
    ['in one of several windows', { ...hush, maintenance: during('mon', 'sun 12:59-13:01') }, 'maintenance'],
    ['once', { ...hush, maintenance: during('2026-11-22T12:00/2026-11-22T14:00') }, 'maintenance'],
    ['but before that', { ...hush, maintenance: during('2026-11-22T13:00:01/2026-11-22T14:00') }, undefined],
    ['from its very beginning', { ...hush, maintenance: during('2026-11-22T13:00/2026-11-22T14:00') }, 'maintenance'],
    ['but after that', { ...hush, maintenance: during('2026-11-22T10:00/2026-11-22T13:00') }, undefined],
    [
      'of what is both, for the reason that somebody gave',
      { ...hush, silences: [silence()], maintenance: during('sun') },
      'silenced',
    ],
  ])('%s', (_, options, reason) => expect(mutedBy({ check: 'mdx' }, options)?.reason).toBe(reason))

  test('in maintenance over midnight, across the end of summer time, until the wall clock says so', () => {
    const night = during('sat 23:00-04:00')
    const at = (text: string): boolean => isUnderMaintenance(night, new Date(text))
    expect(['20:59', '21:00', '23:30'].map((time) => at(`2026-10-24T${time}:00Z`))).toEqual([false, true, true])
    expect(['01:30', '02:59', '03:00'].map((time) => at(`2026-10-25T${time}:00Z`))).toEqual([true, true, false])
  })
})

describe('maintenance is refused', () => {
  test.each([
    ['of no time', ['sun 02:00-04:00', 'soon'], 1, '"soon" is no day; write mon, tue, wed, thu, fri, sat or sun'],
    [
      'of one time without an end',
      ['2026-12-01T22:00/'],
      0,
      '"" is not a time; write 2026-12-01T22:00/2026-12-02T04:00, say',
    ],
    [
      'of a day that there is not',
      ['2026-02-30/2026-03-01'],
      0,
      '"2026-02-30" is not a time; write 2026-12-01T22:00/2026-12-02T04:00, say',
    ],
    [
      'of a word with blanks around it',
      ['2026-12-01 / soon '],
      0,
      '"soon" is not a time; write 2026-12-01T22:00/2026-12-02T04:00, say',
    ],
    ['that lasts no time', ['2026-12-01/2026-12-01'], 0, '"2026-12-01/2026-12-01" lasts no time; write a later end'],
    [
      'that ends before it begins',
      ['2026-12-02/2026-12-01'],
      0,
      '"2026-12-02/2026-12-01" ends before it begins; write the earlier time first',
    ],
  ])('%s', (_, texts, index, error) =>
    expect(parseMaintenance(texts, 'UTC')).toEqual({ kind: 'rejected', index, error }),
  )
})

test('maintenance of one time with two ends is refused', () =>
  expect(parseMaintenance(['sun', '2026-12-01/2026-12-02/2026-12-03'], 'UTC')).toEqual({
    kind: 'rejected',
    index: 1,
    error: '"2026-12-01/2026-12-02/2026-12-03" is more than two times; write 2026-12-01T22:00/2026-12-02T04:00, say',
  }))

describe('maintenance is read', () => {
  test.each<[string, readonly string[], readonly string[], readonly [string, string][]]>([
    ['of nothing', [], [], []],
    ['each week', ['sun 02:00-04:00'], ['sun 02:00-04:00'], []],
    ['once', ['2026-12-01T22:00 / 2026-12-02'], [], [['2026-12-01T21:00:00.000Z', '2026-12-01T23:00:00.000Z']]],
    [
      'of both',
      ['mon', '2026-12-01T22:00Z/2026-12-02T04:00Z', 'tue'],
      ['mon', 'tue'],
      [['2026-12-01T22:00:00.000Z', '2026-12-02T04:00:00.000Z']],
    ],
  ])('%s', (_, texts, weekly, once) => {
    const parsed = parseMaintenance(texts, 'Europe/Paris')
    expect(parsed).toEqual({
      kind: 'maintenance',
      maintenance: {
        windows: weekly.map((text) => expect.objectContaining({ text })),
        spans: once.map(([from, to]) => ({ from: new Date(from), to: new Date(to) })),
        timezone: 'Europe/Paris',
      },
    })
  })
})
