import { STUCK_RUN } from '../names.ts'
import { formatDuration } from '../time/duration.ts'
import type { Seconds, Verdict } from '../types.ts'

/** A run that holds the lock beyond its own time: it was stopped, or hangs. */
export interface StuckRun {
  readonly pid: number
  readonly since: Date
  readonly timeout: Seconds
}

/**
 * The verdict on the run that holds the lock.
 *
 * @param stuck undefined if no run holds it beyond its time
 */
export function judgeRun(stuck: (StuckRun & { readonly now: Date }) | undefined): Verdict {
  const row = { check: STUCK_RUN, kind: 'run' as const, metrics: [] }
  if (stuck === undefined) return { ...row, severity: 'ok', cause: 'stuck', summary: 'the lock is free' }
  const { pid, since, timeout, now } = stuck
  const heldMs = now.getTime() - since.getTime()
  const held = heldMs < 0 ? 'since before the clock was put back' : `for ${formatDuration(heldMs / 1_000)}`
  const summary = `pid ${pid} is stuck: it has held the lock ${held} (its time is ${formatDuration(timeout)})`
  const cure = `see what it waits for (ps -o stat,wchan:30,args -p ${pid}), or end it: kill -9 ${pid}`
  return { ...row, severity: 'critical', cause: 'stuck', summary, cure, since: heldMs < 0 ? now : since }
}
