import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type By, judgeMovement, type Recalled } from '../../../src/core/judge/movement.ts'
import type { Reading } from '../../../src/core/types.ts'
import { later } from '../builders.ts'

const RATE = { kind: 'rate', per: 600 } as const
const amount = (value: number): Reading => ({ kind: 'amount', value })
const textual = (text: string): Reading => ({
  raw: { text, type: 'text', typeName: 'text' },
  kind: 'fault',
  fault: { kind: 'invalid', scope: 'check', message: 'no time' },
})

/** Runs one after another, each with what the one before has handed on. */
function watch(by: By, remembered: Recalled = 'known') {
  let memory: unknown
  return {
    run: (seconds: number, reading: Reading): Reading | undefined => {
      const judged = judgeMovement(by, { readings: [reading], memory, remembered, now: later(seconds) })
      memory = JSON.parse(JSON.stringify(judged.memory))
      return judged.readings[0]
    },
    forget: () => {
      memory = undefined
    },
  }
}

interface Step {
  readonly wait: number
  readonly value: number | undefined
  readonly isLost: boolean
}

/** An obvious model: the value of before, and since when it was that. */
function expectAsOld(steps: readonly Step[]): void {
  const { run, forget } = watch({ kind: 'change' })
  let [now, last, since]: [number, number | undefined, number] = [0, undefined, 0]
  for (const { wait, value, isLost } of steps) {
    now += wait
    if (isLost) forget()
    if (isLost) last = undefined
    const seen = run(now, value === undefined ? { kind: 'absent', why: '' } : amount(value))
    if (value === undefined) continue
    since = value === last ? Math.min(since, now) : now
    last = value
    expect(seen).toMatchObject({ kind: 'beat', at: later(since), asOf: later(now) })
  }
}

describe('by change', () => {
  test.each<[string, Reading, Reading]>([
    ['a number', amount(1), amount(2)],
    ['a text that is no time', textual('a'), textual('b')],
    ['a long text', textual('a'.repeat(1_000)), textual(`${'a'.repeat(999)}b`)],
  ])('%s is as old as its last change', (_, one, other) => {
    const { run } = watch({ kind: 'change' })
    expect(run(0, one)).toMatchObject({ kind: 'beat', at: later(0), isFirst: true })
    expect(run(60, one)).toMatchObject({ kind: 'beat', at: later(0), readAt: later(60), isFirst: true })
    expect(run(120, other)).toMatchObject({ kind: 'beat', at: later(120) })
    expect(run(180, other)).not.toHaveProperty('isFirst')
    expect(run(240, one)).toMatchObject({ kind: 'beat', at: later(240) })
  })

  test('a line end makes no difference, and the value itself is not remembered', () => {
    const read = (text: string, memory: unknown) =>
      judgeMovement({ kind: 'change' }, { readings: [textual(text)], memory, remembered: 'known', now: later(0) })
    const { memory } = read('geheim', undefined)
    expect(JSON.stringify(memory)).not.toContain('geheim')
    expect(read('geheim\n', memory).memory).toEqual(memory)
  })

  test('what could not be read is neither a change nor a standstill', () => {
    const { run } = watch({ kind: 'change' })
    run(0, amount(1))
    expect(run(60, { kind: 'absent', why: 'no row' })).toEqual({ kind: 'absent', why: 'no row' })
    expect(run(120, amount(1))).toMatchObject({ at: later(0) })
  })

  test.each<[Recalled, string]>([
    ['nothing', 'needs what `run` remembers: write --state or --lockfile, as run has it'],
    ['new', 'seen for the first time: whether it moves is known from the next run on'],
  ])('is unknown where %s is remembered', (remembered, summary) => {
    expect(watch({ kind: 'change' }, remembered).run(0, amount(1))).toMatchObject({ severity: 'unknown', summary })
    expect(watch(RATE, remembered).run(0, amount(1))).toMatchObject({ severity: 'unknown', summary })
  })

  test.each([
    ['nothing of the kind', 'x'],
    ['a list', [1]],
    ['another form', { '': [1, 2, 3] }],
    ['no time', { '': ['1', null, 0] }],
  ])('takes %s in its memory for none', (_, memory) => {
    const options = { readings: [amount(1)], memory, remembered: 'known', now: later(0) } as const
    expect(judgeMovement({ kind: 'change' }, options).readings[0]).toMatchObject({ isFirst: true, at: later(0) })
    expect(judgeMovement(RATE, options).readings[0]).toMatchObject({ kind: 'judged', severity: 'ok' })
  })

  test('is never older than the last time that the value was another', () => {
    const steps = fc.array(
      fc.record({
        wait: fc.integer({ min: -120, max: 900 }),
        value: fc.constantFrom(1, 2, undefined),
        isLost: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    fc.assert(fc.property(steps, (all) => expectAsOld(all)))
  })
})

describe('by rate', () => {
  test('says what it knows before its time, and then by how much it moved in so long', () => {
    const { run } = watch(RATE)
    expect(run(0, amount(100))).toMatchObject({
      kind: 'judged',
      severity: 'ok',
      summary: 'moved by 0 in 0 s; judged after 10 min',
    })
    expect(run(300, amount(130))).toMatchObject({ summary: 'moved by 30 in 5 min; judged after 10 min' })
    expect(run(600, amount(160))).toMatchObject({ kind: 'amount', value: 60 })
    expect(run(900, amount(160))).toMatchObject({ kind: 'amount', value: 30 })
    expect(run(1_200, amount(160))).toMatchObject({ kind: 'amount', value: 0 })
  })

  test.each([
    ['one below zero moves upwards as well', [-100, -40, -10], { value: 90 }],
    ['one that was reset has moved by at least what it shows', [1_000, 1_010, 5], { value: 15, isLeast: true }],
    [
      'a counter of 32 bits that wrapped is never below zero',
      [4_294_967_280, 4_294_967_290, 5],
      { value: 15, isLeast: true },
    ],
    ['a replica that lags by one has reset nothing', [1_000, 999, 1_005], { value: 5 }],
  ])('%s', (_, values, moved) => {
    const { run } = watch(RATE)
    for (const [i, value] of values.entries()) run(i * 300, amount(value))
    expect(run(600, amount(values.at(-1) ?? 0))).toEqual({ kind: 'amount', ...moved })
  })

  test('a missed run is made up for', () => {
    const { run } = watch(RATE)
    run(0, amount(0))
    expect(run(3_600, amount(60))).toMatchObject({ kind: 'amount', value: 10 })
  })

  test('of a steady counter it is steady, whenever runs come, as long as its memory stays small', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 200 }),
        (speed, waits) => {
          let [now, memory]: [number, unknown] = [0, undefined]
          for (const wait of [0, ...waits]) {
            now += wait
            const reading = amount(now * speed)
            const judged = judgeMovement(RATE, { readings: [reading], memory, remembered: 'known', now: later(now) })
            memory = JSON.parse(JSON.stringify(judged.memory))
            expect(JSON.stringify(memory).length).toBeLessThan(1_000)
            const [seen] = judged.readings
            if (seen?.kind === 'amount') expect(seen.value).toBeCloseTo(speed * 600, 3)
            else expect(now).toBeLessThan(570)
          }
        },
      ),
    )
  })

  test('a clock that is put back loses no more than its samples of later times', () => {
    const { run } = watch(RATE)
    run(0, amount(0))
    run(300, amount(30))
    run(-3_600, amount(60))
    expect(run(-3_000, amount(120))).toMatchObject({ kind: 'amount', value: 60 })
  })
})
