import { matchesParts, partsOfKey } from '../find/key-pattern.ts'
import { idOf, type Named, titleOf } from '../names.ts'
import { isOpenAt } from '../time/open-time.ts'
import type { Windows } from '../time/window.ts'
import type { Muted } from '../types.ts'

/** Mutes checks until a certain time; made by hand, also before anything is wrong. */
export interface Silence {
  /** checks, rows or databases; each `*` stands for any text */
  readonly names: readonly string[]
  readonly tags: readonly string[]
  readonly at: Date
  readonly until: Date
  readonly by: string
  readonly note?: string
}

export interface Maintenance {
  readonly windows: readonly Windows[]
  readonly spans: readonly { readonly from: Date; readonly to: Date }[]
  readonly timezone: string
}

export interface MutingOptions {
  readonly silences: readonly Silence[]
  readonly tags: readonly string[]
  readonly maintenance: Maintenance | undefined
  readonly now: Date
}

export function mutedBy(named: Named, { silences, tags, maintenance, now }: MutingOptions): Muted | undefined {
  const isMeant = silences.some((silence) => isInForce(silence, now) && isSilenced(silence, named, tags))
  if (isMeant) return { reason: 'silenced' }
  return maintenance !== undefined && isUnderMaintenance(maintenance, now) ? { reason: 'maintenance' } : undefined
}

/**
 * Whether a silence or an acknowledgement still counts. One that begins in the future was made before the clock was put
 * back, and nobody knows how long ago that was.
 */
export function isInForce({ at, until }: { readonly at: Date; readonly until?: Date }, now: Date): boolean {
  return until === undefined || (now < until && at.getTime() <= now.getTime() + SLACK_MS)
}

/** Two clocks of one host differ by less, and so does a clock that is being corrected. */
const SLACK_MS = 60_000

export function isSilenced({ names, tags }: Silence, named: Named, ownTags: readonly string[]): boolean {
  return names.some((name) => isMeantBy(name, named)) || tags.some((tag) => ownTags.includes(tag))
}

/**
 * Whether a name, in which each `*` stands for any text, matches as it is stored or as it is shown. The name of a check
 * matches its rows as well.
 */
export function isMeantBy(pattern: string, named: Named): boolean {
  const parts = partsOfKey(pattern)
  return [named.check, idOf(named), titleOf(named)].some((name) => matchesParts(name, parts))
}

export function isUnderMaintenance({ windows, spans, timezone }: Maintenance, now: Date): boolean {
  const isInSpan = spans.some(({ from, to }) => from <= now && now < to)
  return isInSpan || windows.some((window) => isOpenAt(window, timezone, now))
}
