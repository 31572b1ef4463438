import { join } from 'node:path'
import type { JobEvent } from '../../core/job.ts'
import type { JobOptions } from '../options/jobs.ts'
import { USUAL_TIMEOUT } from '../options/jobs.ts'
import { stateDirectory } from '../settings/place.ts'
import { complain, type World } from '../world.ts'
import { type Delivery, leaveEvent } from './deliver.ts'
import type { JobPlace } from './place.ts'

/** The folder of a state directory in which beats wait. */
export const SPOOL = 'spool'

/** Leaves an event, and says on stderr what did not go as it should. */
export async function leave(
  event: JobEvent,
  place: JobPlace,
  { options, world }: { readonly options: JobOptions; readonly world: World },
): Promise<Delivery> {
  const { delivery, problems } = await leaveEvent(event, {
    place,
    spool: join(stateDirectory(options.state, world), SPOOL),
    timeout: options.timeout ?? USUAL_TIMEOUT,
    now: () => new Date(),
  })
  if (delivery.kind === 'waits') complain(world, `the beat of ${event.job} waits in the spool: ${delivery.why}`)
  if (delivery.kind === 'lost') complain(world, `the beat of ${event.job} is lost: ${delivery.why}`)
  for (const problem of problems) complain(world, problem)
  return delivery
}
