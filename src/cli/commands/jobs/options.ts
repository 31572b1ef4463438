import type { Seconds } from '../../../core/types.ts'
import type { JobPlaceOptions } from '../../jobs/place.ts'

/** The options of `jobs`. */
export interface JobsOptions extends JobPlaceOptions {
  readonly timeout?: Seconds
  readonly timezone?: string
  readonly format?: 'text' | 'json'
  readonly pause?: boolean
  readonly resume?: boolean
  readonly delete?: boolean
}

/** How long the database may take. */
export interface TimeForJobs {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}
