import { UsageError } from '../../../core/errors.ts'
import { run } from '../../../run/run.ts'
import { openStore } from '../../../setup/open-store.ts'
import { whyBusy } from '../../busy.ts'
import type { WatchOptions } from '../../options/options.ts'
import { isOneLine } from '../../options/written.ts'
import { failuresIn, requireSomebodyToTell, untoldIn } from '../../output/failures.ts'
import { nameOfRun, refuseOwn } from '../../output/put.ts'
import { redactReport } from '../../output/report.ts'
import type { Finished } from '../../pings.ts'
import { readSettings, type Settings } from '../../settings/settings.ts'
import { timesOf } from '../../settings/times.ts'
import { type Code, complain, type World } from '../../world.ts'
import { type Course, newId } from './course.ts'
import { takeLock, WAITING_SHARE } from './lock.ts'
import { countsIn, show, tellWhatFailed } from './show.ts'

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
  const pings = settings.pings === undefined && reserved === 0 ? undefined : await import('../../pings.ts')
  const times = pings?.timesWithPings({ times: wholeTimes, world, reserved }, settings.pings) ?? wholeTimes
  const course: Course = { options, world, names, name, times, reserved, ...(beat === undefined ? {} : { beat }) }
  const pinged = async (finishing: () => Promise<Finished>): Promise<Code> =>
    pings === undefined ? (await finishing()).code : pings.pinged(settings, course, finishing)
  const lock = await takeLock(settings, course)
  switch (lock.kind) {
    case 'same':
      return (await import('./leave.ts')).leave(settings, lock.holder, course)
    case 'busy': {
      const words = `not run: ${whyBusy(lock, times.timeout * WAITING_SHARE)}`
      complain(world, words)
      if (lock.isOverdue && lock.holder !== undefined) {
        await (await import('./stuck.ts')).tellOf(lock.holder, settings, course)
      }
      return pings?.pingedEnd(settings, course, { code: 4, words: [words] }) ?? 4
    }
    case 'unusable':
      // Without a place to remember, the run goes on: it tells, and says that it will repeat.
      return pinged(() =>
        finish(settings, { ...course, isAlone: false, problems: [lock.message, ...untoldIn(settings)] }),
      )
    case 'held':
      return pinged(() =>
        finish(settings, { ...course, isAlone: true, problems: untoldIn(settings) }).finally(() => lock.release()),
      )
  }
}

async function finish(
  settings: Settings,
  course: Course & { readonly isAlone: boolean; readonly problems: readonly string[] },
): Promise<Finished> {
  const { times } = course
  // Without the lock somebody else may be at work as well.
  const store = await openStore(settings.place, { whose: settings.plan, isAlone: course.isAlone })
  const deadline = times.deadline()
  const { beat } = course
  const beating = beat && (await import('./beat.ts')).beatingTo(beat, store, settings)
  const found = await run(settings.plan, { clock: times.clock, store: beating?.store ?? store, newId }, deadline)
  const unbeaten = await beating?.end(new Date(deadline.at.getTime() + course.reserved * 1_000))
  const report = redactReport(found, settings.secrets)
  const known = [...course.problems, ...(unbeaten ?? [])]
  const problems = [...known, ...(await show(report, settings, { ...course, problems: known }))]
  const code = tellWhatFailed(report, settings, { ...course, problems })
  return { code, words: [...countsIn(report), ...failuresIn(report, settings, problems)] }
}
