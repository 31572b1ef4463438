import { type RunLock, takeTurn } from '../../../setup/take-turn.ts'
import { isOneLine } from '../../options/written.ts'
import type { Settings } from '../../settings/settings.ts'
import type { CommandRun } from './command-run.ts'

/**
 * How much of its time a run waits for another. One that got its turn at the last moment would have none left to read
 * in, and would call healthy databases dead.
 */
export const WAITING_SHARE = 0.5

/** Lets one run in at a time. */
export async function takeLock(settings: Settings, commandRun: CommandRun): Promise<RunLock> {
  const { world, times } = commandRun
  const { clock, timeout } = times
  const { elapsedMs } = world
  return takeTurn(settings.place, {
    facts: whatIsRun(settings, commandRun),
    signal: AbortSignal.timeout(Math.max(0, Math.ceil(timeout * 1_000 * WAITING_SHARE - elapsedMs()))),
    timeout,
    clock,
  })
}

/** What tells it from other runs: two of which all of this is the same do the same. */
function whatIsRun({ config, plan, identities }: Settings, { options, names }: CommandRun): readonly unknown[] {
  if (isOneLine(options)) return [identities, plan.sources.map(({ watched }) => watched)]
  // Of a file of thousands of checks it takes too long to look at what stands in it.
  const isSelected = names.length > 0 || options.tag !== undefined
  return [config.origin, config.edition, identities, isSelected ? [...plan.selected].toSorted() : undefined]
}
