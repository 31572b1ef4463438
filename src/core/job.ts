import type { Seconds } from './types.ts'
import { clean, shorten } from './words/text.ts'

/** What a run of a job came to, where its exit code does not say it: it failed all the same, or it did nothing. */
export type JobOutcome = 'fail' | 'skip'

/** One run of a job, as the table has it. Times are the database's, but for those of the job's host. */
export interface JobRun {
  readonly id: string
  readonly startedAt?: Date
  readonly endedAt?: Date
  readonly exitCode?: number
  readonly outcome?: JobOutcome
  /** how long it ran, as its host has measured it */
  readonly duration?: Seconds
  readonly host?: string
  /** by the clock of the job's host */
  readonly hostStartedAt?: Date
  readonly hostEndedAt?: Date
  /** what whoever left the beat had to say, such as why it counts as failed */
  readonly message?: string
  /** how many bytes it printed */
  readonly outputBytes?: number
  /** they have not arrived yet */
  readonly isOutputToCome?: true
  /** the end of its output, as it was printed */
  readonly output?: string
}

/** A job, and its last runs. */
export interface Job {
  readonly name: string
  /** what the job says is expected of it, in seconds */
  readonly every?: Seconds
  readonly grace?: Seconds
  readonly pausedAt?: Date
  /** all that have not ended, and the last few that have, the newest first; none that was skipped */
  readonly runs: readonly JobRun[]
}

/** Something that happened to a run. Parts of one run may arrive in any order, and more than once. */
export interface JobEvent {
  readonly job: string
  readonly runId: string
  readonly host: string
  /** by the clock of the job's host */
  readonly at: Date
  readonly what: 'start' | 'end' | 'log'
  readonly exitCode?: number
  readonly outcome?: JobOutcome
  readonly duration?: Seconds
  readonly message?: string
  /** how many bytes were printed in all */
  readonly outputBytes?: number
  /** the last of them; it may come later than the rest */
  readonly output?: Uint8Array
  /** what is expected of the job from now on */
  readonly every?: Seconds
  readonly grace?: Seconds
}

/** How much of the output of a run is kept, in bytes. */
export const OUTPUT_KEPT = 100_000

/** How long a message is at most, in characters. */
export const LONGEST_MESSAGE = 1_000

/** What the name of a job may be at most, so that it can be the key of a table in each server. */
export const LONGEST_JOB_NAME = 190

/** What the ids of runs begin with to which nobody has given one: their ends and starts are matched by their times. */
export const ANONYMOUS = 'auto-'

/** What is said of an output that is not there. */
export function outputLeftOut(why: string): string {
  return `its output is not stored: ${why}`
}

/**
 * An event without its output.
 *
 * @param lacks is said in its place, as `outputLeftOut` has it; without it the output is there already, or comes later
 */
export function withoutOutput({ output, outputBytes, ...event }: JobEvent, lacks?: string): JobEvent {
  if (outputBytes === undefined) return event
  if (output === undefined || lacks === undefined) return { ...event, outputBytes }
  const message = event.message === undefined ? lacks : `${event.message}; ${lacks}`
  return { ...event, message: shorten(clean(message), LONGEST_MESSAGE) }
}
