import { describe, expect, test } from 'vitest'
import { judge } from '../../../src/core/judge/judge.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import type { Scheduled } from '../../../src/core/time/scheduled.ts'
import type { Seconds } from '../../../src/core/types.ts'
import { aCheck } from '../builders.ts'

const { warning: _, critical: __, ...UNLIMITED } = aCheck()
const NOW = new Date('2026-11-23T04:40:00Z')

function scheduledAt(expression: string, timezone: string, grace: Seconds): Scheduled {
  const parsed = parseSchedule(expression)
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return { schedule: parsed.schedule, timezone, grace }
}

describe('a beat just before the run', () => {
  const daily = scheduledAt('0 4 * * *', 'UTC', 1_800)
  const words = 'missed the run of 04:00 (due 2026-11-23 04:00 +00:00, grace 30 min'
  test.each([
    ['of two seconds is mentioned', daily, '03:59:58', '; the last beat came 2 s before, which is none for it)'],
    ['of a grace is mentioned', daily, '03:30:00', '; the last beat came 30 min before, which is none for it)'],
    ['of more is none', daily, '03:29:59', ')'],
    ['that is nearer to the run before is of that', scheduledAt('*/30 * * * *', 'UTC', 1_800), '03:40:00', ')'],
  ])('%s', (_, scheduled, at, rest) => {
    const verdict = judge(
      { ...UNLIMITED, scheduled },
      { kind: 'beat', at: new Date(`2026-11-23T${at}Z`), asOf: NOW, readAt: NOW },
    )
    expect(verdict).toMatchObject({ severity: 'critical', summary: `${words}${rest}` })
  })
})
