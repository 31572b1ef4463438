import { DAILY, PAUSED } from './job-cases/beats.ts'
import type { JobCases } from './job-cases/case.ts'
import { PARIS, PERIOD_AND_CLOCK, TIMER } from './job-cases/clocks.ts'
import { NAMELESS, NO_GRACE, STRICTER, UNLIMITED } from './job-cases/nameless.ts'
import { HOURLY, NIGHTLY, WEEKDAYS } from './job-cases/nightly.ts'
import { CODES, ONLY_ONE, OUTCOMES } from './job-cases/outcomes.ts'
import { LIMITED, RUNS } from './job-cases/runs.ts'

/** What may happen to jobs, what we say, and what Healthchecks would have said. */
export const JOB_CASES: readonly JobCases[] = [
  DAILY,
  RUNS,
  LIMITED,
  OUTCOMES,
  CODES,
  ONLY_ONE,
  NAMELESS,
  NIGHTLY,
  WEEKDAYS,
  HOURLY,
  PARIS,
  TIMER,
  PERIOD_AND_CLOCK,
  PAUSED,
  UNLIMITED,
  STRICTER,
  NO_GRACE,
]
