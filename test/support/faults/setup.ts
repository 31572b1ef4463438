import { setUpWhatIsRight as reallySetUp } from '../../../src/setup/setup.ts'
import { breakPlan } from './injected.ts'
import { faultOfThisRun } from './this-run.ts'

export { createClock } from '../../../src/setup/setup.ts'

/** Sets up as the command does, and has one thing of it go wrong. */
export async function setUpWhatIsRight(...given: Parameters<typeof reallySetUp>): ReturnType<typeof reallySetUp> {
  const set = await reallySetUp(...given)
  // A copy would ask for what the plan only makes when it is asked.
  return { ...set, plan: breakPlan(set.plan, faultOfThisRun()) }
}
