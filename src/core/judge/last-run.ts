import type { LastRun } from '../ports.ts'
import { formatDuration } from '../time/duration.ts'
import type { Seconds, Severity } from '../types.ts'

/** In seconds. Two clocks of one host differ by less, and so does a clock that is being corrected. */
const SLACK = 60

export interface LastRunVerdict {
  readonly severity: Severity
  readonly summary: string
  readonly age: Seconds | undefined
}

/**
 * Judges how long ago the last run finished.
 *
 * @param where the state directory or lockfile, for people
 */
export function judgeLastRun(
  lastRun: LastRun | undefined,
  { where, maxAge, now }: { readonly where: string; readonly maxAge: Seconds; readonly now: Date },
): LastRunVerdict {
  const limit = `(limit ${formatDuration(maxAge)})`
  if (lastRun === undefined) {
    return {
      severity: 'critical',
      summary: `no run has finished in ${where} ${limit}: is cron running?`,
      age: undefined,
    }
  }
  const age = secondsAgo(lastRun, now)
  const words = `last run ${agoOf(age)} in ${where} ${limit}`
  // The clock was put back since, so nobody knows how long ago it was.
  if (age < -SLACK) return { severity: 'critical', summary: `${words}: is the clock right?`, age: undefined }
  if (age > maxAge) return { severity: 'critical', summary: `${words}: is cron running?`, age }
  return { severity: 'ok', summary: words, age }
}

/** In seconds; negative if the run seems to lie in the future. */
export function secondsAgo({ at }: LastRun, now: Date): Seconds {
  return (now.getTime() - at.getTime()) / 1_000
}

export function agoOf(age: Seconds): string {
  return age < -SLACK ? `${formatDuration(-age)} in the future` : `${formatDuration(Math.max(0, age))} ago`
}
