import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type OfLast, parseFailures, soonest } from '../../../src/core/incident/failures.ts'
import { type AdvanceOptions, advance } from '../../../src/core/incident/incident.ts'
import type { Standing } from '../../../src/core/incident/standing.ts'
import { anIncident, aVerdict, later, NOON } from '../builders.ts'

const optionsFor = (policy: AdvanceOptions['policy'], now = NOON): AdvanceOptions => ({
  policy,
  whose: { origin: 'here' },
  now,
  startedAt: now,
  newId: () => 'new-id',
  audienceOf: () => ['ops'],
})

const THREE_OF_FIVE = { failures: { count: 3, of: 5 }, recoveries: 1 }

const isOpen = ({ incident }: Standing): boolean => incident !== undefined && incident.closedAt === undefined

const withRun = (standing: Standing, run: string, at = 0, policy: AdvanceOptions['policy'] = THREE_OF_FIVE): Standing =>
  advance(standing, RUNS[run] ?? aVerdict('ok'), optionsFor(policy, later(at * 60)))

const RUNS: Readonly<Record<string, ReturnType<typeof aVerdict>>> = {
  x: aVerdict('unknown', { cause: 'absent' }),
  b: aVerdict('unknown', { cause: 'blocked', blockedBy: 'database:mail' }),
  f: aVerdict('ok', { cause: 'timeout' }),
}

const lived = (runs: string, from: Standing = {}): Standing =>
  [...runs].reduce((standing, run, at) => withRun(standing, run, at), from)

describe('3 of 5', () => {
  test.each([
    ['opens nothing with two bad runs', 'xx', false],
    ['opens with the third of three', 'xxx', true],
    ['opens with the third that good runs lie between', 'x-x-x', true],
    ['forgets what is five runs ago', 'xx---x', false],
    ['opens when the third is the fifth', 'x--xx', true],
    ['stays open through good runs as long as three of five were bad', 'xxx--', true],
    ['closes with the run that leaves two', 'xxx---', false],
    ['opens anew with the next bad run', 'xxxx---x', false],
    ['opens again when three of five are bad again, those before its end among them', 'xxx-x--xx', true],
    ['stays open while it flaps', 'x-x-xx-x-xx-x-x', true],
    ['does not count a run in which it was blocked', 'xbxbbx', true],
    ['is not closed by runs in which it is blocked', 'xxx--bbbb', true],
    ['does not count a fault that is ok', 'xxffx', true],
    ['is as it was when it has been well for five runs', 'x-----', false],
  ])('%s: %s', (_, runs, open) => expect(isOpen(lived(runs))).toBe(open))

  test('has been bad since it last turned bad', () =>
    expect(lived('x-xx').incident).toMatchObject({ since: later(120), openedAt: later(180), recent: 'x-xx' }))

  test('says what it has counted, and what is needed', () =>
    expect(lived('x-x')).toEqual({
      pending: { count: 1, firstBad: later(120), failures: THREE_OF_FIVE.failures, recent: 'x-x' },
    }))

  test('counts on after its end', () => {
    const closed = lived('xxx---')
    expect(closed.pending).toMatchObject({ count: 0, recent: 'xx---' })
    expect(closed.incident).toMatchObject({ recent: 'xx---', closedAt: later(300) })
  })

  test('changes nothing while it is bad in each run', () => {
    const bad = lived('xxxxx').incident
    expect(withRun({ incident: bad ?? anIncident() }, 'x', 9).incident).toBe(bad)
  })

  test('changes nothing of what is well', () => {
    const well: Standing = {}
    expect(withRun(well, '-')).toBe(well)
  })

  test('goes on from a row that was counted before', () =>
    expect(isOpen(withRun({ pending: { count: 2, firstBad: NOON } }, 'x'))).toBe(true))

  test('closes an incident that was opened by a row with the first good run', () =>
    expect(isOpen(withRun({ incident: anIncident() }, '-', 1))).toBe(false))

  test('never closes one with a bad run', () =>
    expect(isOpen(withRun({ incident: anIncident({ recent: 'x---' }) }, 'x', 1))).toBe(true))

  test('is forgotten where a row counts again', () => {
    const row = { failures: 3, recoveries: 1 }
    expect(withRun(lived('x-x'), 'x', 9, row).pending).toEqual({ count: 2, firstBad: later(120), failures: 3 })
    expect(withRun(lived('xxx'), 'x', 9, row).incident).not.toHaveProperty('recent')
    expect(withRun(lived('xx-'), '-', 9, row)).toEqual({})
  })
})

test.each([
  ['3 of 5', { count: 3, of: 5 }],
  [' 1  of\t2 ', { count: 1, of: 2 }],
  ['3', 3],
  ['100 of 100', { count: 100, of: 100 }],
  ['1000', 1_000],
  ['0', undefined],
  ['0 of 5', undefined],
  ['6 of 5', undefined],
  ['3 of 101', undefined],
  ['1.5', undefined],
  ['3of5', undefined],
  ['3 of', undefined],
  ['three of five', undefined],
  ['-3 of 5', undefined],
])('%j is read as %j', (text, expected) => expect(parseFailures(text)).toEqual(expected))

test.each([
  ['the fewest', [3, 2, 4], 2],
  ['the fewest, however far apart', [3, { count: 2, of: 9 }, 4], { count: 2, of: 9 }],
  ['a row of fewer', [{ count: 3, of: 9 }, 2], 2],
  ['of as many those that may lie furthest apart', [3, { count: 3, of: 4 }, { count: 3, of: 9 }], { count: 3, of: 9 }],
  ['what stands first where they are the same', [{ count: 3, of: 3 }, 3], { count: 3, of: 3 }],
])('what opens first is %s', (_, all, expected) => expect(soonest(all)).toEqual(expected))

interface Run {
  readonly is: 'good' | 'bad' | 'blocked' | 'not read'
  /** the counts could not be read at its beginning */
  readonly isLost: boolean
  /** it was killed after the incident was saved, and before the counts were */
  readonly isKilled: boolean
  /** all have heard the end, so that the incident is removed */
  readonly isHeard: boolean
}

const aRun = fc.record<Run>({
  is: fc.constantFrom<Run['is']>('good', 'good', 'bad', 'bad', 'blocked', 'not read'),
  isLost: fc.constantFrom(false, false, false, false, false, false, true),
  isKilled: fc.constantFrom(false, false, false, true),
  isHeard: fc.boolean(),
})

const anOfLast = fc
  .record({ count: fc.integer({ min: 1, max: 4 }), more: fc.nat({ max: 4 }) })
  .map(({ count, more }): OfLast => ({ count, of: count + more }))

/** All runs in a list, looked through each time. */
interface Model {
  readonly runs: readonly boolean[]
  readonly isOpen: boolean
  readonly hasLockfile: boolean
}

function modelled(before: Model, run: Run, ofLast: OfLast): Model {
  const known = run.isLost ? { ...before, runs: [] } : before
  // The incident has a copy of its own.
  if (run.is === 'blocked' || run.is === 'not read') return before.hasLockfile ? before : known
  const after = judged(before, run, ofLast)
  if (run.isKilled) return after.hasLockfile ? after : { ...after, runs: known.runs }
  return run.isHeard && !after.isOpen ? { ...after, hasLockfile: false } : after
}

function judged(before: Model, { is, isLost }: Run, { count, of }: OfLast): Model {
  const isBad = is === 'bad'
  const runs = isLost ? [] : [...before.runs, isBad]
  const bad = runs.slice(-of).filter(Boolean).length
  const isChanged = isLost || (isBad ? bad >= count : bad < count)
  const isOpen = isChanged ? isBad : before.isOpen
  return { runs, isOpen, hasLockfile: before.hasLockfile || isOpen }
}

function real(before: Standing, { is, isLost, isKilled, isHeard }: Run, ofLast: OfLast, at: number): Standing {
  const { pending, ...rest } = before
  const found: Standing = isLost || pending === undefined ? rest : { ...rest, pending }
  if (is === 'not read') return found
  const policy = isLost ? { failures: 1, recoveries: 1 } : { failures: ofLast, recoveries: 1 }
  const run = is === 'blocked' ? 'b' : is === 'bad' ? 'x' : '-'
  const { incident, pending: counted } = withRun(found, run, at, policy)
  const kept = isKilled ? found.pending : counted
  const isGone = isHeard && !isKilled && is !== 'blocked' && incident?.closedAt !== undefined
  return {
    ...(incident === undefined || isGone ? {} : { incident }),
    ...(kept === undefined ? {} : { pending: kept }),
  }
}

test('so many of the last open and close as looking through all runs says, whatever is lost, missed or killed', () =>
  fc.assert(
    fc.property(anOfLast, fc.array(aRun, { maxLength: 60 }), (ofLast, runs) => {
      let [standing, model]: [Standing, Model] = [{}, { runs: [], isOpen: false, hasLockfile: false }]
      for (const [at, run] of runs.entries()) {
        model = modelled(model, run, ofLast)
        standing = real(standing, run, ofLast, at)
        expect([at, isOpen(standing)]).toEqual([at, model.isOpen])
      }
    }),
    { numRuns: 2_000 },
  ))
