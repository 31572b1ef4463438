import { type CalendarField, type CalendarSpec, YEARS } from './spec.ts'

/** A time on the wall, whose parts may lie beyond their ends: `[2026, 12, 47, 0, 0, 0]`, seconds in microseconds. */
type Wall = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number]

/** What each part begins at. */
const BEGINNINGS = [YEARS.low, 1, 1, 0, 0, 0] as const
const [MONTH, DAY, SECOND] = [1, 2, 5]

/** Steps of a search; beyond these it would go on for ever. systemd itself gives up after a thousand. */
const MOST_STEPS = 100_000

/**
 * Finds the first time on the wall from that one on, by the search that systemd 252 does, and so with what that leaves
 * out: where a step such as `0/7` of the minutes runs over the end of an hour that ends a day, systemd goes on with the
 * third minute of the next day, and misses the zeroth. Whoever expected a run then would be told each night.
 *
 * @param from as if it were UTC, in milliseconds
 * @returns the same; undefined where none comes
 */
export function firstFrom(spec: CalendarSpec, from: number): number | undefined {
  let wall = wallAt(from)
  for (let i = 0; i < MOST_STEPS; i++) {
    const step = stepFrom(spec, wall)
    if (step.kind === 'found') return step.at
    if (step.kind === 'never') return undefined
    wall = step.wall
  }
  return undefined
}

type Step =
  | { readonly kind: 'found'; readonly at: number }
  | { readonly kind: 'never' }
  /** it has to be looked at again from there on */
  | { readonly kind: 'again'; readonly wall: Wall }

function stepFrom(spec: CalendarSpec, start: Wall): Step {
  const fields = [spec.year, spec.month, spec.day, spec.hour, spec.minute, spec.second]
  let wall = start
  for (const [place, field] of fields.entries()) {
    const length = place === DAY && spec.isFromEnd ? lengthOf(wall) : undefined
    const found = matching(field, wall[place] ?? 0, length)
    if (found === undefined) return place === 0 ? NEVER : again(following(wall, place - 1))
    if (found !== wall[place]) wall = beginning(wall, place, found)
    const step = carriedOf(spec, wall, place)
    if (step !== undefined) return step
  }
  return { kind: 'found', at: Math.floor(instantOf(wall)) }
}

/** Where to look again, if the wall shows no such time or it is another day of the week. */
function carriedOf(spec: CalendarSpec, wall: Wall, place: number): Step | undefined {
  if (wall[0] > YEARS.high) return NEVER
  const settled = settle(wall)
  if (settled !== undefined) return { kind: 'again', wall: settled }
  return place === DAY && !isWeekday(spec, wall) ? again(following(wall, DAY)) : undefined
}

const NEVER = { kind: 'never' } as const

function again(wall: Wall): Step {
  return { kind: 'again', wall: wallAt(instantOf(wall)) }
}

/** The first value that a field has from that one on; it may lie beyond the end of what it is a part of. */
function matching(field: CalendarField, here: number, length: number | undefined): number | undefined {
  if (field === undefined) return here
  const found: number[] = []
  for (const { first, last, step } of field) {
    const [start, stop] = length === undefined ? [first, last] : fromEnd(first, last, length)
    const next = start >= here || step === 0 ? start : start + step * Math.ceil((here - start) / step)
    if (next >= here && (stop === undefined || next <= stop)) found.push(next)
  }
  return found.length === 0 ? undefined : Math.min(...found)
}

/** A range of last days has its earlier day last. */
function fromEnd(first: number, last: number | undefined, length: number): readonly [number, number | undefined] {
  return last === undefined ? [length + 1 - first, undefined] : [length + 1 - last, length + 1 - first]
}

/** That part takes a value, and all smaller ones begin again. */
function beginning(wall: Wall, place: number, value: number): Wall {
  const parts = wall.map((part, i) => (i < place ? part : i === place ? value : (BEGINNINGS[i] ?? 0)))
  // One for each part of a wall.
  return parts as unknown as Wall
}

function following(wall: Wall, place: number): Wall {
  return beginning(wall, place, (wall[place] ?? 0) + 1)
}

/**
 * Carries over what lies beyond an end. Of the parts below the largest that has changed systemd lets one alone begin
 * again.
 *
 * @returns undefined where there is nothing to carry
 */
function settle(wall: Wall): Wall | undefined {
  const carried = wallAt(instantOf(wall))
  const changed = carried.findIndex((part, i) => part !== wall[i] && i < SECOND)
  if (changed < 0) return undefined
  const parts = carried.map((part, i) => (i === changed + 1 ? (BEGINNINGS[i] ?? 0) : part))
  return parts as unknown as Wall
}

function isWeekday({ weekdays }: CalendarSpec, wall: Wall): boolean {
  return weekdays.has((new Date(instantOf(wall)).getUTCDay() + 6) % 7)
}

function lengthOf([year, month]: Wall): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function wallAt(ms: number): Wall {
  const at = new Date(ms)
  const microseconds = at.getUTCSeconds() * 1_000_000 + at.getUTCMilliseconds() * 1_000
  return [
    at.getUTCFullYear(),
    at.getUTCMonth() + MONTH,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    microseconds,
  ]
}

/** In milliseconds, below which there may be a fraction. */
function instantOf([year, month, day, hour, minute, second]: Wall): number {
  return Date.UTC(year, month - MONTH, day, hour, minute) + second / 1_000
}
