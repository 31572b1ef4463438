import { UsageError } from '../../../core/errors.ts'
import { run } from '../../../run/run.ts'
import { openStore } from '../../../setup/open-store.ts'
import type { WatchOptions } from '../../options/options.ts'
import { isOneLine } from '../../options/written.ts'
import { whyBusy } from '../../output/busy.ts'
import { failuresIn, requireSomebodyToTell, untoldIn } from '../../output/failures.ts'
import { nameOfRun, refuseOwn } from '../../output/put.ts'
import { redactReport } from '../../output/report.ts'
import { readSettings, type Settings } from '../../settings/settings.ts'
import { timesOf } from '../../settings/times.ts'
import { type Code, complain, type World } from '../../world.ts'
import { type CommandRun, newId } from './command-run.ts'
import { takeLock, WAITING_SHARE } from './lock.ts'
import type { Finished } from './pings.ts'
import { countsIn, showReport, tellWhatFailed } from './show.ts'

/** What is kept of a run's time for a database in which it leaves something for peers, in seconds. */
const BEATING_TIME = 5
/** The largest share of a run's time for that. */
const BEATING_SHARE = 0.1

/** One full run: reads, remembers, tells. */
export async function runCommand(names: readonly string[], options: WatchOptions, world: World): Promise<Code> {
  if (options.now !== undefined && options.dryRun !== true) {
    throw new UsageError('--now changes what is true, so it goes with check or run --dry-run only')
  }
  const wholeTimes = timesOf(options, world, 'run')
  const settings = await readSettings(options, world, { names, readingTime: wholeTimes.readingTime })
  const { beatTo, ...others } = options
  const beat = beatTo === undefined ? undefined : await (await import('./beat.ts')).placeOfBeat(beatTo, settings)
  await refuseOwn(beat?.kind === 'file' ? options : others, settings)
  requireSomebodyToTell(settings)
  // Whoever has typed the line, or reads cron's mail, sees what is wrong with it at once.
  if (isOneLine(options)) for (const { words } of settings.plan.leftOut?.mistakes ?? []) complain(world, words)
  const name = nameOfRun(names, options, settings)
  if (options.dryRun === true) {
    const { tryOut } = await import('./try-out.ts')
    return tryOut(settings, { options, world, names, name, times: wholeTimes, reserved: 0 })
  }

  const reserved = beat?.kind === 'table' ? Math.min(BEATING_TIME, wholeTimes.timeout * BEATING_SHARE) : 0
  const pings = settings.pings === undefined && reserved === 0 ? undefined : await import('./pings.ts')
  const times = pings?.timesWithPings({ times: wholeTimes, world, reserved }, settings.pings) ?? wholeTimes
  const commandRun: CommandRun = {
    options,
    world,
    names,
    name,
    times,
    reserved,
    ...(beat === undefined ? {} : { beat }),
  }
  return inTurn(settings, commandRun, pings)
}

/** Waits for its turn, and runs; says why where another run has it. */
async function inTurn(
  settings: Settings,
  commandRun: CommandRun,
  pings: typeof import('./pings.ts') | undefined,
): Promise<Code> {
  const { world, times } = commandRun
  const pinged = async (finishing: () => Promise<Finished>): Promise<Code> =>
    pings === undefined ? (await finishing()).code : pings.pinged(settings, commandRun, finishing)
  const lock = await takeLock(settings, commandRun)
  switch (lock.kind) {
    case 'same':
      return (await import('./leave.ts')).leave(settings, lock.holder, commandRun)
    case 'busy': {
      const words = `not run: ${whyBusy(lock, times.timeout * WAITING_SHARE)}`
      complain(world, words)
      if (lock.isOverdue && lock.holder !== undefined) {
        await (await import('./stuck.ts')).tellOf(lock.holder, settings, commandRun)
      }
      return pings?.pingedEnd(settings, commandRun, { code: 4, words: [words] }) ?? 4
    }
    case 'unusable':
      // Without a place to remember, the run goes on: it tells, and says that it will repeat.
      return pinged(() =>
        finish(settings, { ...commandRun, isAlone: false, problems: [lock.message, ...untoldIn(settings)] }),
      )
    case 'held':
      return pinged(() =>
        finish(settings, { ...commandRun, isAlone: true, problems: untoldIn(settings) }).finally(() => lock.release()),
      )
  }
}

async function finish(
  settings: Settings,
  commandRun: CommandRun & { readonly isAlone: boolean; readonly problems: readonly string[] },
): Promise<Finished> {
  const { times, world } = commandRun
  const hasJobs = settings.config.jobs !== undefined || (world.env.LASTALIVE_URL ?? '') !== ''
  const unsent = hasJobs ? await (await import('./spool.ts')).sendSpooled(settings, commandRun) : []
  // Without the lock somebody else may be at work as well.
  const store = await openStore(settings.place, { whose: settings.plan, isAlone: commandRun.isAlone })
  const deadline = times.deadline()
  const { beat } = commandRun
  const beating = beat && (await import('./beat.ts')).beatingTo(beat, store, settings)
  const found = await run(settings.plan, { clock: times.clock, store: beating?.store ?? store, newId }, deadline)
  const unbeaten = await beating?.end(new Date(deadline.at.getTime() + commandRun.reserved * 1_000))
  const report = redactReport(found, settings.secrets)
  const known = [...commandRun.problems, ...unsent, ...(unbeaten ?? [])]
  const problems = [...known, ...(await showReport(report, settings, { ...commandRun, problems: known }))]
  const code = tellWhatFailed(report, settings, { ...commandRun, problems })
  return { code, words: [...countsIn(report), ...failuresIn(report, settings, problems)] }
}
