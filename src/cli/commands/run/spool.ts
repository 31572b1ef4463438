import { join } from 'node:path'
import { LastaliveError } from '../../../core/errors.ts'
import { nowMs } from '../../../io/now.ts'
import { createSpool } from '../../../store/spool/spool.ts'
import { sendWaiting } from '../../jobs/deliver.ts'
import { SPOOL } from '../../jobs/leave.ts'
import { placeWithin } from '../../jobs/place.ts'
import { stateDirectory } from '../../settings/place.ts'
import type { Settings } from '../../settings/settings.ts'
import type { CommandRun } from './command-run.ts'

/** A database that is away is not to take the time for reading from the others: so much at most, in seconds, */
const LONGEST = 5
/** and no larger share of the run's time. */
const SHARE = 0.1

/**
 * Sends the beats of jobs that wait on this host, before anything is read: what has run is not to be missed.
 *
 * @returns what went wrong
 */
export async function sendSpooled(
  settings: Pick<Settings, 'config' | 'targets'>,
  { options, world, times }: Pick<CommandRun, 'options' | 'world' | 'times'>,
): Promise<readonly string[]> {
  const directory = join(stateDirectory(options.state, world), SPOOL)
  const spool = createSpool(directory)
  try {
    const count = await spool.count()
    if (count === 0) return []
    const place = await placeWithin(settings, options, world)
    const end = nowMs() + Math.min(LONGEST, times.timeout * SHARE) * 1_000
    const { sent, why, problems } = await sendWaiting(place, { spool, end, now: () => new Date() })
    const beats = count - sent === 1 ? '1 beat of a job waits' : `${count - sent} beats of jobs wait`
    return why === undefined ? problems : [...problems, `${beats} in ${directory}: ${why}`]
  } catch (error) {
    if (error instanceof LastaliveError) return [error.message]
    throw error
  }
}
