import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check } from '../core/check.ts'
import { mistakeInAnswer, mistakeInReadings } from '../core/judge/answer.ts'
import type { Answer, Asked, Source } from '../core/ports.ts'
import { type Law, lawsOf } from './law.ts'

/**
 * How what a source reads behaves: it answers well; it answers with whatever does harm where it is taken for more than
 * text; it never answers; it answers with a byte now and then, and never ends; it cannot be reached.
 */
export type SourceMood = 'answers' | 'is hostile' | 'never answers' | 'drips' | 'is gone'

/** A source with something of its own to read. */
export interface SourceTrial {
  readonly source: Source
  /** at least one check that it can read */
  readonly checks: readonly Check[]
  remove(): Promise<void>
}

/** What the laws need of whoever tries a source. */
export interface SourceHarness {
  /** those that what is read can be in; laws about others are left out */
  readonly moods: readonly SourceMood[]
  /** makes a source that reads something in this mood */
  make(mood: SourceMood): Promise<SourceTrial>
  /** what must not be seen in any answer: passwords, tokens */
  readonly secrets?: readonly string[]
}

/** Time that is enough for whoever answers at all, in milliseconds. */
const ENOUGH_MS = 30_000
/** Time for whoever does not. */
const SHORT_MS = 500
/** How much later than it should an answer may come. */
const LATE_MS = 3_000
/** How long what is said of one thing may be. */
const LONGEST_WORDS = 2_000
/** How much may be remembered of a check, as JSON. */
const LARGEST_MEMORY = 64 * 1_024

type Try = (trial: SourceTrial, harness: SourceHarness) => Promise<void>

/** The laws for a source, each with something of its own to read: hand them to any test runner, one test each. */
export function sourceLaws(harness: SourceHarness): readonly Law[] {
  return lawsOf(LAWS, harness)
}

const LAWS: readonly (readonly [name: string, mood: SourceMood, attempt: Try])[] = [
  [
    'reads each check that it is asked for',
    'answers',
    async (trial, harness) => assertRead(await read(trial, harness), trial),
  ],
  [
    'reads no other',
    'answers',
    async (trial, harness) => {
      const checks = trial.checks.slice(0, 1)
      const answer = await read({ ...trial, checks }, harness)
      assert.deepEqual(
        [...answer.readings.keys()],
        checks.map(({ name }) => name),
      )
    },
  ],
  [
    'says the same of the same',
    'answers',
    async (trial, harness) => {
      const answer = await read(trial, harness)
      const memory = answer.memory
      assert.deepEqual(kindsIn(await read(trial, harness, { ...(memory && { memory }) })), kindsIn(answer))
    },
  ],
  [
    'reads several times side by side',
    'answers',
    async (trial, harness) => {
      const answers = await Promise.all([1, 2, 3].map(() => read(trial, harness)))
      for (const answer of answers) assertRead(answer, trial)
    },
  ],
  ['is not there in time where the signal has fired already', 'answers', endsAtOnce],
  ['knows nothing of what is gone', 'is gone', knowsNothing],
  [
    'takes hostile text for nothing but text',
    'is hostile',
    async (trial, harness) => void (await read(trial, harness)),
  ],
  ['ends soon after the signal fires where nothing answers', 'never answers', endsAfterSignal],
  ['ends soon after the signal fires where the answer never ends', 'drips', endsAfterSignal],
]

interface ReadChanges {
  readonly signal?: AbortSignal
  readonly memory?: ReadonlyMap<string, unknown>
}

/** Reads, and looks at what holds for every answer. */
async function read(
  { source, checks }: SourceTrial,
  { secrets = [] }: SourceHarness,
  { signal = AbortSignal.timeout(ENOUGH_MS), memory = new Map() }: ReadChanges = {},
): Promise<Answer> {
  const asked: Asked[] = []
  const given = structuredClone(checks.map(({ look }) => JSON.stringify(look)))
  const clock = { now: () => new Date() }
  const answer = await source.read(checks, { signal, clock, memory, onAsked: (one) => void asked.push(one) })
  assert.deepEqual(
    checks.map(({ look }) => JSON.stringify(look)),
    given,
    'it changed what it was given',
  )
  assert.equal(mistakeInAnswer(answer), undefined)
  for (const [name, readings] of answer.fault === undefined ? answer.readings : []) {
    assert.equal(mistakeInReadings(readings), undefined, name)
  }
  assertShort(answer)
  assertMemory(answer)
  const words = JSON.stringify([wholly(answer), asked], (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  for (const secret of secrets) assert.ok(!words.includes(secret), 'a secret can be seen')
  return answer
}

function wholly({ readings, memory = new Map(), ...rest }: Answer): object {
  return { ...rest, readings: [...readings], memory: [...memory] }
}

function assertRead({ fault, readings }: Answer, { checks }: SourceTrial): void {
  assert.equal(fault, undefined, fault?.message)
  for (const { name } of checks) {
    const said = readings.get(name) ?? []
    assert.notEqual(said.length, 0, `nothing is said of ${name}`)
    for (const reading of said) assert.notEqual(reading.kind, 'fault', JSON.stringify(reading))
  }
}

function assertShort({ fault, readings }: Answer): void {
  const faults = [...readings.values()].flat().flatMap((reading) => (reading.kind === 'fault' ? [reading.fault] : []))
  for (const { message, cure = '' } of fault === undefined ? faults : [...faults, fault]) {
    assert.ok(message.length + cure.length < LONGEST_WORDS, 'it says too much')
  }
}

/** What is remembered is written as JSON, and read again. */
function assertMemory({ memory = new Map() }: Answer): void {
  for (const value of memory.values()) {
    if (value === undefined) continue
    const json = JSON.stringify(value)
    assert.deepEqual(JSON.parse(json), value, 'it wants something remembered that is not JSON')
    assert.ok(json.length < LARGEST_MEMORY, 'it wants too much remembered')
  }
}

/** What kind of reading each check and item has. */
function kindsIn({ readings }: Answer): readonly string[] {
  return [...readings]
    .flatMap(([name, said]) => said.map(({ kind, item = '' }) => `${name}/${item}: ${kind}`))
    .toSorted()
}

async function knowsNothing(trial: SourceTrial, harness: SourceHarness): Promise<void> {
  const answer = await read(trial, harness)
  if (answer.fault !== undefined) return
  for (const { name } of trial.checks) {
    for (const { kind } of answer.readings.get(name) ?? []) assert.ok(kind === 'fault' || kind === 'absent', kind)
  }
}

async function endsAtOnce(trial: SourceTrial, harness: SourceHarness): Promise<void> {
  const before = performance.now()
  await read(trial, harness, { signal: AbortSignal.abort() })
  assert.ok(performance.now() - before < LATE_MS, 'it read on after the signal had fired')
}

async function endsAfterSignal(trial: SourceTrial, harness: SourceHarness): Promise<void> {
  const stop = new AbortController()
  const reading = read(trial, harness, { signal: stop.signal })
  await sleep(SHORT_MS)
  const before = performance.now()
  stop.abort()
  const answer = await reading
  assert.ok(performance.now() - before < LATE_MS, 'it read on after the signal had fired')
  const said = answer.fault === undefined ? [...answer.readings.values()].flat() : []
  for (const { kind } of said) assert.equal(kind, 'fault')
}
