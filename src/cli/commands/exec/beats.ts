import { errorMessage } from '../../../core/errors.ts'
import { present } from '../../../core/given.ts'
import type { JobEvent } from '../../../core/job.ts'
import { nowMs } from '../../../io/now.ts'
import type { Fate } from '../../jobs/deliver.ts'
import { leave } from '../../jobs/leave.ts'
import { type JobPlace, jobPlaceOf } from '../../jobs/place.ts'
import { boundLookUps } from '../../limited.ts'
import { type JobOptions, USUAL_TIMEOUT } from '../../options/jobs.ts'
import { complain, type World } from '../../world.ts'

/** Leaves the beats of a run, one after the other. */
export interface Beats {
  /** Resolves when it is left, or waits, or is lost and that has been said. */
  leave(event: JobEvent): Promise<void>
}

/**
 * The beats of one run. Where they go is found out while the command runs, and nothing that goes wrong there is the command's.
 * Those that can go together do: a short command asks its database once, and says once that it is away.
 */
export function createBeats(
  job: string,
  { options, world }: { readonly options: JobOptions; readonly world: World },
): Beats {
  boundLookUps(options.timeout ?? USUAL_TIMEOUT)
  const pending: JobEvent[] = []
  let place: Promise<JobPlace> | undefined
  let since = 0
  let before: Exclude<Fate['kind'], 'delivered'> | undefined
  let working: Promise<void> | undefined
  const work = async (): Promise<void> => {
    try {
      while (pending.length > 0) {
        place ??= jobPlaceOf(options, world)
        const left = { job, place: await place, options, world, since, ...present({ before }) }
        const { kind } = await leave(() => pending.splice(0), left)
        before = kind === 'delivered' ? undefined : kind
      }
    } catch (error) {
      pending.length = 0
      complain(world, `the beat of ${job} is lost: ${errorMessage(error)}`)
    }
    working = undefined
  }
  return {
    leave: (event) => {
      // From when the first of them was there: what one has waited for is not waited for again.
      if (pending.length === 0) since = nowMs()
      pending.push(event)
      working ??= work()
      return working
    },
  }
}
