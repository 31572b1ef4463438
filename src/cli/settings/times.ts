import { divideTime, READING_SHARE } from '../../run/deadline.ts'
import { createClock } from '../../setup/setup.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options/options.ts'
import type { World } from '../world.ts'

/** The clock, and the times of a command that begins now, in seconds. */
export function timesOf(options: WatchOptions, { elapsedMs }: Pick<World, 'elapsedMs'>, command: 'run' | 'check') {
  const { timeout = STANDARD[command] } = options
  const readingShare = READING_SHARE[command]
  return {
    clock: createClock(options.now),
    timeout,
    readingTime: timeout * readingShare,
    deadline: () => divideTime(timeout, { elapsedMs: elapsedMs(), readingShare }),
  }
}
