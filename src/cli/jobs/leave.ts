import { join } from 'node:path'
import type { JobEvent } from '../../core/job.ts'
import { nowMs } from '../../io/now.ts'
import { type JobOptions, USUAL_TIMEOUT } from '../options/jobs.ts'
import { stateDirectory } from '../settings/place.ts'
import { complain, type World } from '../world.ts'
import { type Fate, leaveEvents } from './deliver.ts'
import type { JobPlace } from './place.ts'

/** The folder of a state directory in which beats wait. */
export const SPOOL = 'spool'

/** What events of a job are left with. */
export interface LeaveOptions {
  readonly job: string
  readonly place: JobPlace
  readonly options: JobOptions
  readonly world: World
  /** since when the time runs, by `nowMs`; default now */
  readonly since?: number
  /** what became of earlier ones, which is not said again */
  readonly before?: Fate['kind']
}

/** Leaves events, as `leaveEvents` does, and says on stderr what did not go as it should. */
export async function leave(
  news: () => readonly JobEvent[],
  { job, place, options, world, since = nowMs(), before }: LeaveOptions,
): Promise<Fate> {
  const { delivery, problems } = await leaveEvents(news, {
    place,
    spool: join(stateDirectory(options.state, world), SPOOL),
    end: since + (options.timeout ?? USUAL_TIMEOUT) * 1_000,
    now: () => new Date(),
  })
  const words = before === delivery.kind ? undefined : wordsOf(delivery)
  if (words !== undefined) complain(world, `the beat of ${job} ${words}`)
  for (const problem of problems) complain(world, problem)
  return delivery
}

function wordsOf(delivery: Fate): string | undefined {
  switch (delivery.kind) {
    case 'delivered':
      return delivery.lacks === undefined ? undefined : `is stored, but ${delivery.lacks}`
    case 'waits':
      return `waits in the spool: ${delivery.why}`
    case 'lost':
      return `is lost: ${delivery.why}`
  }
}
