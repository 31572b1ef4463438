import type { Check } from '../../../src/core/check.ts'
import { judge } from '../../../src/core/judge/judge.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import type { Scheduled } from '../../../src/core/time/scheduled.ts'
import type { Beat, Reading, Seconds } from '../../../src/core/types.ts'
import { aCheck } from '../builders.ts'

const { warning: _, critical: __, ...UNLIMITED } = aCheck()

export function scheduledAt(expression: string, timezone: string, grace: Seconds): Scheduled {
  const parsed = parseSchedule(expression)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return { schedule: parsed.schedule, timezone, grace }
}

export const beat = (at: string | Date, asOf: string | Date): Beat => ({
  kind: 'beat',
  at: new Date(at),
  asOf: new Date(asOf),
  readAt: new Date(asOf),
})
export const judged = (scheduled: Scheduled, reading: Reading, changes: Partial<Check> = {}) =>
  judge({ ...UNLIMITED, ...changes, scheduled }, reading)
export const secondsAfter = (instant: string, seconds: number): Date => new Date(Date.parse(instant) + seconds * 1_000)
