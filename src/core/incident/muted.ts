import { matchesParts, partsOfKey } from '../find/key-pattern.ts'
import { idOf, type Named, titleOf } from '../names.ts'
import { isOpenAt } from '../time/open-time.ts'
import type { Windows } from '../time/window.ts'
import type { Quiet } from '../types.ts'

/** Nothing is said of some checks until a certain time; begun by hand, also before anything is wrong. */
export interface Silence {
  /** names of checks, rows or databases, in which each `*` stands for any text */
  readonly names: readonly string[]
  /** tags of checks */
  readonly tags: readonly string[]
  readonly at: Date
  readonly until: Date
  /** who, as the system knows them */
  readonly by: string
  readonly note?: string
}

/** When a check is expected to fail: planned downtime. */
export interface Maintenance {
  /** each week */
  readonly windows: readonly Windows[]
  /** once */
  readonly spans: readonly { readonly from: Date; readonly to: Date }[]
  /** IANA zone of the windows */
  readonly timezone: string
}

/** What may keep something quiet. */
export interface Hush {
  readonly silences: readonly Silence[]
  readonly tags: readonly string[]
  readonly maintenance: Maintenance | undefined
  readonly now: Date
}

/** Why nothing is said of a check, a row or a database at the moment. */
export function quietOf(named: Named, { silences, tags, maintenance, now }: Hush): Quiet | undefined {
  const isMeant = silences.some((silence) => isInForce(silence, now) && isSilenced(silence, named, tags))
  if (isMeant) return { reason: 'silenced' }
  return maintenance !== undefined && isUnderMaintenance(maintenance, now) ? { reason: 'maintenance' } : undefined
}

/**
 * Whether a silence, or an acknowledgement, has not run out yet. One that begins in the future was made before the clock
 * was put back: nobody knows how long ago that was.
 */
export function isInForce({ at, until }: { readonly at: Date; readonly until?: Date }, now: Date): boolean {
  return until === undefined || (now < until && at.getTime() <= now.getTime() + SLACK_MS)
}

/** Two clocks of one host, or a clock that is corrected, differ by less. */
const SLACK_MS = 60_000

/** Whether a silence is about this. */
export function isSilenced({ names, tags }: Silence, named: Named, ownTags: readonly string[]): boolean {
  return names.some((name) => isMeantBy(name, named)) || tags.some((tag) => ownTags.includes(tag))
}

/**
 * Whether a name, in which each `*` stands for any text, means this: as it is stored, or as a person reads it. The name
 * of a check means its rows as well.
 */
export function isMeantBy(pattern: string, named: Named): boolean {
  const parts = partsOfKey(pattern)
  return [named.check, idOf(named), titleOf(named)].some((name) => matchesParts(name, parts))
}

/** Whether it is expected to fail now. */
export function isUnderMaintenance({ windows, spans, timezone }: Maintenance, now: Date): boolean {
  const isInSpan = spans.some(({ from, to }) => from <= now && now < to)
  return isInSpan || windows.some((window) => isOpenAt(window, timezone, now))
}
