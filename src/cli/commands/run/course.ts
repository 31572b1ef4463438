import type { WatchOptions } from '../../options/options.ts'
import type { timesOf } from '../../settings/times.ts'
import type { World } from '../../world.ts'

/** One run of the command, as its parts know it. */
export interface Course {
  readonly options: WatchOptions
  readonly world: World
  /** the checks that were asked for by their names */
  readonly names: readonly string[]
  /** which run it is */
  readonly name: string
  readonly times: ReturnType<typeof timesOf>
}

/** Whether somebody wants to see more. */
export function isVerbose({ verbose = 0 }: WatchOptions): boolean {
  return verbose > 0
}

/** What tells one incident from another. */
export function newId(): string {
  return crypto.randomUUID()
}
