import { present } from '../given.ts'
import { sha256 } from '../sha256.ts'
import { isMapping } from '../shape/tree.ts'
import { formatDuration } from '../time/duration.ts'
import type { Reading, Seconds } from '../types.ts'

/** What is judged of a value that says nothing by itself: since when it is the same, or by how much it moves. */
export type By = { readonly kind: 'change' } | { readonly kind: 'rate'; readonly per: Seconds }

/**
 * What is known from earlier runs: `nothing` where nothing is remembered, `new` where there was no run yet, so that what is
 * not remembered may be lost.
 */
export type Recalled = 'nothing' | 'new' | 'known'

/** What movement is judged by. */
export interface MovementOptions {
  /** what an earlier run has handed on for this check, whatever it is */
  readonly memory: unknown
  readonly remembered: Recalled
  /** on our own clock */
  readonly now: Date
}

/** How many hexadecimal digits of a value's hash are remembered, and never the value. */
const DIGEST = 20
/** How many sums are kept of the time that a rate is counted over. */
const SAMPLES = 12
/** How much earlier than its time a rate counts as known: cron is not exact. */
const SLACK: Seconds = 30
/** A number that falls by less than this part of itself was not reset: a replica lags. */
const SMALL_FALL = 0.5

/**
 * Turns what was read into what is judged: of a value by change into a beat at its last change, of a number by rate into
 * by how much it moved.
 *
 * @returns the readings, and what the next run is to be given, as JSON has it
 */
export function judgeMovement(
  by: By,
  { readings, ...options }: MovementOptions & { readonly readings: readonly Reading[] },
): { readonly readings: readonly Reading[]; readonly memory: unknown } {
  const known = isMapping(options.memory) ? options.memory : {}
  const next: [string, unknown][] = []
  const moved = readings.map((reading) => {
    const name = reading.item ?? ''
    const before = Object.hasOwn(known, name) ? known[name] : undefined
    const { after, seen } =
      by.kind === 'change' ? changed(reading, before, options) : rated(reading, before, { ...options, by })
    if (after !== undefined) next.push([name, after])
    return seen
  })
  return { readings: moved, memory: Object.fromEntries(next) }
}

interface Seen {
  readonly seen: Reading
  readonly after: unknown
}

/** The value, since when it is there, and whether it was there when it was seen first. */
type Unchanged = readonly [value: string, since: number, isFirst: 0 | 1]

function changed(reading: Reading, before: unknown, { remembered, now }: MovementOptions): Seen {
  const value = valueIn(reading)
  // What could not be read is no change, and no standstill.
  if (value === undefined) return { seen: reading, after: before }
  const [last, at, first] = isUnchanged(before) ? before : []
  const isSame = last === value
  // A clock that was put back makes nothing younger than now.
  const since = isSame && at !== undefined ? Math.min(at, now.getTime()) : now.getTime()
  const isFirst = last === undefined || (isSame && first === 1)
  const after: Unchanged = [value, since, isFirst ? 1 : 0]
  if (last === undefined && remembered !== 'known') return { seen: unknownYet(reading, remembered), after }
  const beat = { kind: 'beat', at: new Date(since), asOf: now, readAt: now, ...(isFirst && { isFirst }) } as const
  return { seen: { ...aside(reading), ...beat }, after }
}

/** The last number, how much it has moved in all, and sums of that at earlier times. */
interface Moving {
  readonly last: number
  readonly sum: number
  /** when it was reset last */
  readonly reset?: number
  readonly at: readonly (readonly [at: number, sum: number])[]
}

function rated(
  reading: Reading,
  before: unknown,
  { by: { per }, remembered, now }: MovementOptions & { readonly by: Extract<By, { readonly kind: 'rate' }> },
): Seen {
  if (reading.kind !== 'amount') return { seen: reading, after: before }
  const [value, time] = [Number(reading.value), now.getTime()]
  const known = isMoving(before) ? before : undefined
  const { last, step, isReset } = stepTo(value, known?.last)
  const sum = (known?.sum ?? 0) + step
  const reset = isReset ? time : known?.reset
  const slack = Math.min(SLACK, per / 10)
  const { base, at } = samplesAt(known?.at ?? [], { time, sum, per, slack })
  const after: Moving = { last, sum, ...(reset !== undefined && { reset }), at }
  if (known === undefined && remembered !== 'known') return { seen: unknownYet(reading, remembered), after }
  const [begin, from] = base ?? [time, sum]
  const length = (time - begin) / 1_000
  if (length < per - slack) {
    const summary = `moved by ${rounded(sum - from)} in ${formatDuration(length)}; judged after ${formatDuration(per)}`
    return { seen: { ...aside(reading), kind: 'judged', severity: 'ok', summary }, after }
  }
  const isLeast = reset !== undefined && reset > begin
  return { seen: { ...reading, value: rounded(((sum - from) * per) / length), ...(isLeast && { isLeast }) }, after }
}

/** The sum to count from, and those that are kept for later. */
function samplesAt(
  known: Moving['at'],
  {
    time,
    sum,
    per,
    slack,
  }: { readonly time: number; readonly sum: number; readonly per: Seconds; readonly slack: Seconds },
): { readonly base: Moving['at'][number] | undefined; readonly at: Moving['at'] } {
  const earlier = known.filter(([at]) => at <= time)
  const base = earlier.findLast(([at]) => at <= time - (per - slack) * 1_000) ?? earlier[0]
  const kept = base === undefined ? [] : earlier.slice(earlier.indexOf(base))
  const isDue = kept.length === 0 || time - Number(kept.at(-1)?.[0]) >= (per * 1_000) / SAMPLES
  return { base, at: isDue ? [...kept, [time, sum]] : kept }
}

/** By how much a number has moved. What it had moved by before it was reset nobody knows. */
function stepTo(value: number, last: number | undefined) {
  if (last === undefined) return { last: value, step: 0, isReset: false }
  if (value >= last) return { last: value, step: value - last, isReset: false }
  if (value > last * SMALL_FALL) return { last, step: 0, isReset: false }
  return { last: value, step: Math.max(0, value), isReset: true }
}

/** What a reading has besides what was read. */
function aside({ item, limits, raw, cure }: Reading): Pick<Reading, 'item' | 'limits' | 'raw' | 'cure'> {
  return present({ item, limits, raw, cure })
}

function unknownYet(reading: Reading, remembered: Recalled): Reading {
  const summary =
    remembered === 'new'
      ? 'seen for the first time: whether it moves is known from the next run on'
      : 'needs what `run` remembers: write --state or --lockfile, as run has it'
  return { ...aside(reading), kind: 'judged', severity: 'unknown', summary }
}

/** What may change: the value as it was written, whether or not it is a time or a number. */
function valueIn(reading: Reading): string | undefined {
  const text = reading.raw?.text ?? plainOf(reading)
  // Of a time zero means never; of a count it is one like others.
  if (text === undefined || text === null || text.trim() === '') return undefined
  return sha256(text.trim()).slice(0, DIGEST)
}

function plainOf(reading: Reading): string | undefined {
  if (reading.kind === 'amount') return String(reading.value)
  if (reading.kind === 'beat') return reading.at.toISOString()
  return reading.kind === 'judged' ? reading.summary : undefined
}

function isUnchanged(value: unknown): value is Unchanged {
  if (!Array.isArray(value) || value.length !== 3) return false
  return typeof value[0] === 'string' && Number.isFinite(value[1]) && (value[2] === 0 || value[2] === 1)
}

function isMoving(value: unknown): value is Moving {
  if (!isMapping(value) || !Number.isFinite(value.last) || !Number.isFinite(value.sum) || !Array.isArray(value.at))
    return false
  if (value.reset !== undefined && !Number.isFinite(value.reset)) return false
  return value.at.every((one) => Array.isArray(one) && one.length === 2 && one.every(Number.isFinite))
}

/** A thousandth more or less says nothing. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
