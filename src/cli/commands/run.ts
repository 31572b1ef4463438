import { createHash, randomUUID } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import type { Plan } from '../../core/plan.ts'
import type { Notifier, StateStore } from '../../core/ports.ts'
import type { Report } from '../../core/report.ts'
import { exitCodeOf, worst } from '../../core/severity.ts'
import { redact } from '../../core/text.ts'
import type { Delivery } from '../../core/types.ts'
import { formatInstant } from '../../core/zone.ts'
import { run } from '../../run.ts'
import { findKernelLock } from '../../state/kernel-lock.ts'
import { createLockfileStore, useDirectory } from '../../state/lockfiles.ts'
import { type Holder, type RunLock, takeRunLock } from '../../state/run-lock.ts'
import type { WatchOptions } from '../options.ts'
import { formatReport } from '../output/report.ts'
import { readSettings, type Settings, timesOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'

/** The time of a run without `-t`, in seconds. */
export const RUN_TIMEOUT = 60

/**
 * How much of its time a run waits for another. One that got its turn at the last moment would have none left to read
 * in, and would call healthy databases dead.
 */
const WAITING_SHARE = 0.5

/** One full run: reads, remembers, tells. */
export async function runCommand(names: readonly string[], options: WatchOptions, world: World): Promise<Code> {
  if (options.now !== undefined && options.dryRun !== true) {
    throw new UsageError('--now changes what is true, so it goes with check or run --dry-run only')
  }
  const times = timesOf(options, world, { timeout: RUN_TIMEOUT })
  const settings = await readSettings(options, world, { names, readingTime: times.timeout * 0.6 })
  if (options.dryRun === true) return tryOut(settings, { options, world, times })

  const lock = await takeLock(settings, times, world)
  switch (lock.kind) {
    case 'same':
      return leave(settings, lock.holder, { options, world })
    case 'busy':
      complain(
        world,
        `not run: another run${describe(lock.holder)} did not end within ${times.timeout * WAITING_SHARE} s; see what it waits for`,
      )
      return 4
    case 'unusable':
      // Without a place to remember, the run goes on: it tells, and says that it will repeat.
      return finish(settings, { options, world, times, problems: [lock.message] })
    case 'held':
      try {
        return await finish(settings, { options, world, times, problems: [] })
      } finally {
        await lock.release()
      }
  }
}

type Times = ReturnType<typeof timesOf>

interface Course {
  readonly options: WatchOptions
  readonly world: World
  readonly times: Times
}

async function takeLock({ layout, plan }: Settings, { clock, timeout }: Times, { elapsedMs }: World): Promise<RunLock> {
  const tryLock = await findKernelLock()
  const { place } = layout
  const signature = createHash('sha256')
    .update(JSON.stringify([plan.origin, [...plan.selected].toSorted(), plan.sources.map(({ watched }) => watched)]))
    .digest('hex')
  return takeRunLock(layout.runLock, {
    signature,
    signal: AbortSignal.timeout(Math.max(0, Math.ceil(timeout * 1_000 * WAITING_SHARE - elapsedMs()))),
    timeout,
    clock,
    tryLock,
    ...('directory' in place && { prepare: () => useDirectory(place.directory) }),
  })
}

async function finish(settings: Settings, course: Course & { readonly problems: readonly string[] }): Promise<Code> {
  const { times } = course
  const store = createLockfileStore(settings.layout, { origin: settings.plan.origin })
  const deadline = times.deadline()
  const report = await run(settings.plan, { clock: times.clock, store, newId: randomUUID }, deadline)
  show(report, settings, course)
  return tellWhatFailed(report, settings, course)
}

async function tryOut(settings: Settings, course: Course): Promise<Code> {
  const { times, world } = course
  const store = createLockfileStore(settings.layout, { origin: settings.plan.origin, readOnly: true })
  const plan: Plan = { ...settings.plan, notifiers: settings.plan.notifiers.map(pretending) }
  const report = await run(plan, { clock: times.clock, store, newId: randomUUID }, times.deadline())
  const format = course.options.format ?? 'text'
  world.stdout.write(
    redact(formatReport(report, { format, colour: world.stdout.isTTY === true, isTrial: true }), settings.secrets),
  )
  return tellWhatFailed(report, settings, { ...course, problems: [] })
}

/** A notifier that says to nobody what it would say. */
function pretending(notifier: Notifier): Notifier {
  const send = async (_message: unknown, recipients: readonly string[]): Promise<readonly Delivery[]> =>
    recipients.map((recipient) => ({ recipient, kind: 'accepted', by: 'nobody' }))
  return { ...notifier, send }
}

/** Cron mails whatever is printed: so nothing is, unless somebody looks or asks. */
function show(report: Report, { layout, config, secrets }: Settings, { options, world }: Course): void {
  const isWanted = world.stdout.isTTY === true || options.verbose === true || options.format !== undefined
  if (!isWanted) return
  const format = options.format ?? 'text'
  world.stdout.write(redact(formatReport(report, { format, colour: world.stdout.isTTY === true }), secrets))
  if (options.verbose !== true || format !== 'text') return
  const more = [
    ...[...report.incidents.keys()].map((check) => `lockfile of ${check}: ${layout.incident(check)}`),
    ...config.remarks.map((remark) => `remark: ${remark}`),
  ]
  for (const line of more) world.stdout.write(`${redact(line, secrets)}\n`)
}

function tellWhatFailed(
  report: Report,
  { secrets, config }: Settings,
  { world, problems }: Course & { readonly problems: readonly string[] },
): Code {
  const lines = [
    ...report.undelivered.map(({ recipient, checks, error, nextTry, isGivenUp }) => {
      const next = nextTry === undefined ? 'at the next run' : `after ${formatInstant(nextTry, config.timezone)}`
      const outlook = isGivenUp ? 'given up after a week' : `tried again ${next}`
      return `not told: ${recipient} of ${checks.join(', ')}: ${error}; ${outlook}`
    }),
    ...report.problems.map(({ message, cure }) => (cure === undefined ? message : `${message}; ${cure}`)),
  ]
  const known = new Set(report.problems.map(({ message }) => message))
  const all = [...problems.filter((problem) => !known.has(problem)), ...lines]
  for (const line of all) complain(world, redact(line, secrets))
  return all.length > 0 ? 4 : exitCodeOf(report.state)
}

/** Another run is doing the very same at this moment: what is open is all that there is to say. */
async function leave(settings: Settings, holder: Holder, { options, world }: Omit<Course, 'times'>): Promise<Code> {
  if (options.verbose === true) world.stdout.write(`not run: the same run is under way${describe(holder)}\n`)
  const store: StateStore = createLockfileStore(settings.layout, { origin: settings.plan.origin, readOnly: true })
  const names = [
    ...settings.plan.sources.flatMap(({ source, watched }) => [source.name, ...watched.map(({ check }) => check.name)]),
  ]
  const { incidents, foreign } = await store.load(names)
  const open = incidents.filter(({ origin, closedAt }) => origin === settings.plan.origin && closedAt === undefined)
  return exitCodeOf(worst([...open.map(({ severity }) => severity), ...foreign.map(() => 'critical' as const)]))
}

function describe(holder: Holder | undefined): string {
  return holder === undefined ? '' : ` (pid ${holder.pid}, since ${holder.since})`
}
