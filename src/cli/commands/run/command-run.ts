import type { Seconds } from '../../../core/types.ts'
import type { WatchOptions } from '../../options/options.ts'
import type { timesOf } from '../../settings/times.ts'
import type { World } from '../../world.ts'
import type { BeatPlace } from './beat.ts'

/** One run of the command, as its parts know it. */
export interface CommandRun {
  readonly options: WatchOptions
  readonly world: World
  /** the checks that were asked for by their names */
  readonly names: readonly string[]
  /** which run it is */
  readonly name: string
  readonly times: ReturnType<typeof timesOf>
  /** where it leaves something for peers */
  readonly beat?: BeatPlace
  /** what is kept of its time for that, in seconds */
  readonly reserved: Seconds
}

/** Whether somebody wants to see more. */
export function isVerbose({ verbose = 0 }: WatchOptions): boolean {
  return verbose > 0
}

/** What tells one incident from another. */
export function newId(): string {
  return crypto.randomUUID()
}
