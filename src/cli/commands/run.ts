import { randomUUID } from 'node:crypto'
import { StateError, UsageError } from '../../core/errors.ts'
import { judgeRun } from '../../core/judge-run.ts'
import { idOf, titleOf } from '../../core/names.ts'
import type { Delivery } from '../../core/notice.ts'
import type { Plan } from '../../core/plan.ts'
import type { Notifier } from '../../core/ports.ts'
import type { Report } from '../../core/report.ts'
import { exitCodeOf, worst } from '../../core/severity.ts'
import { redact } from '../../core/text.ts'
import type { Severity } from '../../core/types.ts'
import { formatInstant } from '../../core/zone.ts'
import { run, tellOfStuckRun } from '../../run.ts'
import { findKernelLock } from '../../state/kernel-lock.ts'
import { stuckLayout } from '../../state/layout.ts'
import { createLockfileStore, useDirectory } from '../../state/lockfiles.ts'
import { type Holder, type RunLock, signatureOf, takeRunLock } from '../../state/run-lock.ts'
import { describeHolder, whyBusy } from '../busy.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options.ts'
import { wantsColour } from '../output/colour.ts'
import { formatReport, redactReport } from '../output/report.ts'
import { type Finished, pinged, pingedEnd, timesWithPings } from '../pings.ts'
import { elapsedSeconds, nameOfRun, putReport, refuseOwn } from '../put.ts'
import { isOneLine, readSettings, type Settings, timesOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'

/**
 * How much of its time a run waits for another. One that got its turn at the last moment would have none left to read
 * in, and would call healthy databases dead.
 */
const WAITING_SHARE = 0.5

const FROM_WORST: readonly Severity[] = ['critical', 'warning', 'unknown', 'ok']

/** How many names a line of stderr lists. */
const NAMES_SHOWN = 20

/** One full run: reads, remembers, tells. */
export async function runCommand(names: readonly string[], options: WatchOptions, world: World): Promise<Code> {
  if (options.now !== undefined && options.dryRun !== true) {
    throw new UsageError('--now changes what is true, so it goes with check or run --dry-run only')
  }
  const wholeTimes = timesOf(options, world, { timeout: STANDARD.run })
  const settings = await readSettings(options, world, { names, readingTime: wholeTimes.timeout * 0.6 })
  refuseOwn(options, settings)
  const name = nameOfRun(names, options, settings)
  if (options.dryRun === true) return tryOut(settings, { options, world, names, name, times: wholeTimes })

  const times = timesWithPings({ times: wholeTimes, world }, settings.pings)
  const course: Course = { options, world, names, name, times }
  const lock = await takeLock(settings, course)
  switch (lock.kind) {
    case 'same':
      return leave(settings, lock.holder, course)
    case 'busy': {
      const words = `not run: ${whyBusy(lock, times.timeout * WAITING_SHARE)}`
      complain(world, words)
      if (lock.isOverdue && lock.holder !== undefined) await tellOf(lock.holder, settings, course)
      return pingedEnd(settings, course, { code: 4, words: [words] })
    }
    case 'unusable':
      // Without a place to remember, the run goes on: it tells, and says that it will repeat.
      return pinged(settings, course, () => finish(settings, { ...course, problems: [lock.message] }))
    case 'held':
      return pinged(settings, course, () => finish(settings, { ...course, problems: [] }).finally(() => lock.release()))
  }
}

function isVerbose({ verbose = 0 }: WatchOptions): boolean {
  return verbose > 0
}

type Times = ReturnType<typeof timesOf>

interface Course {
  readonly options: WatchOptions
  readonly world: World
  /** the checks that were asked for by their names */
  readonly names: readonly string[]
  /** which run it is */
  readonly name: string
  readonly times: Times
}

async function takeLock(settings: Settings, course: Course): Promise<RunLock> {
  const { layout } = settings
  const { world, times } = course
  const { clock, timeout } = times
  const { elapsedMs } = world
  const tryLock = await findKernelLock()
  const { place } = layout
  return takeRunLock(layout.runLock, {
    signature: signatureOf(whatIsRun(settings, course)),
    signal: AbortSignal.timeout(Math.max(0, Math.ceil(timeout * 1_000 * WAITING_SHARE - elapsedMs()))),
    timeout,
    clock,
    tryLock,
    ...('directory' in place && { prepare: () => useDirectory(place.directory) }),
  })
}

/** What tells it from other runs: two of which all of this is the same do the same. */
function whatIsRun({ config, plan, identities }: Settings, { options, names }: Course): readonly unknown[] {
  if (isOneLine(options)) return [identities, plan.sources.map(({ watched }) => watched)]
  // Of a file of thousands of checks it takes too long to look at what stands in it.
  const isSelected = names.length > 0 || options.tag !== undefined
  return [config.origin, config.edition, identities, isSelected ? [...plan.selected].toSorted() : undefined]
}

async function finish(
  settings: Settings,
  course: Course & { readonly problems: readonly string[] },
): Promise<Finished> {
  const { times } = course
  // Without the lock somebody else may be at work as well.
  const isAlone = course.problems.length === 0
  const store = storeOf(settings, { isAlone })
  const deadline = times.deadline()
  const found = await run(settings.plan, { clock: times.clock, store, newId }, deadline)
  const report = redactReport(found, settings.secrets)
  const problems = [...course.problems, ...(await show(report, settings, course))]
  const code = tellWhatFailed(report, settings, { ...course, problems })
  return { code, words: [...countsIn(report), ...failuresIn(report, settings, problems)] }
}

/** Whose incidents it keeps, and what their ids are, is asked for when there is one: both need Node's cryptography. */
function storeOf({ layout, plan }: Settings, options: { readonly readOnly?: boolean; readonly isAlone?: boolean }) {
  return createLockfileStore(layout, {
    get origin() {
      return plan.origin
    },
    ...options,
  })
}

function newId(): string {
  return randomUUID()
}

async function tryOut(settings: Settings, course: Course): Promise<Code> {
  const { times } = course
  const store = storeOf(settings, { readOnly: true })
  const plan: Plan = { ...settings.plan, notifiers: settings.plan.notifiers.map(pretending) }
  const found = await run(plan, { clock: times.clock, store, newId }, times.deadline())
  const report = redactReport(found, settings.secrets)
  const problems = await show(report, settings, { ...course, problems: [], isTrial: true })
  return tellWhatFailed(report, settings, { ...course, problems })
}

/** A notifier that says to nobody what it would say. */
function pretending(notifier: Notifier): Notifier {
  const send = async (_message: unknown, recipients: readonly string[]): Promise<readonly Delivery[]> =>
    recipients.map((recipient) => ({ recipient, kind: 'accepted', by: 'nobody' }))
  return { ...notifier, send }
}

/**
 * Cron mails whatever is printed: so nothing is, unless somebody looks or asks.
 *
 * @returns what kept it from its file
 */
async function show(
  report: Report,
  settings: Settings,
  course: Course & { readonly problems: readonly string[]; readonly isTrial?: boolean },
): Promise<readonly string[]> {
  const { options, world, name, problems, isTrial = false } = course
  const colour = wantsColour(world) && options.output === undefined
  const isAsked = [options.output, options.format].some((option) => option !== undefined) || isVerbose(options)
  if (!(world.stdout.isTTY === true || isTrial || isAsked)) return []
  const errors = {
    undelivered: report.undelivered.length,
    state: unknownOf(problems, report).length + report.problems.length,
  }
  const facts = { run: name, duration: elapsedSeconds(world), errors }
  const format = options.format ?? 'text'
  const more = isVerbose(options) && format === 'text' ? detailsOf(report, settings) : ''
  try {
    await putReport(formatReport(report, { format, facts, colour, isTrial }) + more, options, world)
    return []
  } catch (error) {
    if (error instanceof StateError) return [error.message]
    throw error
  }
}

/** What else there is to know, a line each. */
function detailsOf({ incidents }: Report, { layout, config }: Settings): string {
  return [
    ...[...incidents.values()].map(
      (incident) => `lockfile of ${titleOf(incident)}: ${layout.incident(idOf(incident))}`,
    ),
    ...config.remarks.map((remark) => `remark: ${remark}`),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function tellWhatFailed(
  report: Report,
  settings: Settings,
  { world, problems }: Course & { readonly problems: readonly string[] },
): Code {
  const failures = failuresIn(report, settings, problems)
  for (const line of failures) complain(world, line)
  return failures.length > 0 ? 4 : exitCodeOf(report.state)
}

/** What could not be told or recorded, a line each. */
function failuresIn(report: Report, { secrets, config }: Settings, problems: readonly string[]): readonly string[] {
  const lines = [
    ...report.undelivered.map(({ recipient, checks, error, nextTry, isGivenUp }) => {
      const next = nextTry === undefined ? 'at the next run' : `after ${formatInstant(nextTry, config.timezone)}`
      const outlook = isGivenUp ? 'given up after a week' : `tried again ${next}`
      return `not told: ${recipient} of ${listOf(checks)}: ${error}; ${outlook}`
    }),
    ...report.problems.map(({ message, cure }) => (cure === undefined ? message : `${message}; ${cure}`)),
  ]
  return [...unknownOf(problems, report), ...lines].map((line) => redact(line, secrets))
}

/** Problems that the report does not speak of. */
function unknownOf(problems: readonly string[], report: Report): readonly string[] {
  const known = new Set(report.problems.map(({ message }) => message))
  return problems.filter((problem) => !known.has(problem))
}

/** What was found and told, in numbers, for whoever watches the run. */
function countsIn({ state, verdicts, delivered }: Report): readonly string[] {
  const counts = FROM_WORST.flatMap((severity) => {
    const count = verdicts.filter((verdict) => verdict.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
  return [`${state}: ${counts.join(', ')}`, `told: ${delivered.length}`]
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN)
  const left = names.length - shown.length
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more`
}

/** Another run is doing the very same at this moment: what is open is all that there is to say. */
async function leave(settings: Settings, holder: Holder, course: Course): Promise<Code> {
  const { options, world, times } = course
  const { format, output } = options
  if (isVerbose(options) && format !== 'prometheus')
    world.stdout.write(`not run: the same run is under way${describeHolder(holder)}\n`)
  const { plan } = settings
  const store = storeOf(settings, { readOnly: true })
  const names = plan.sources.flatMap(({ source, watched }) => [source.name, ...watched.map(({ check }) => check.name)])
  const { incidents, foreign, problems } = await store.load(names)
  const ours = incidents.filter(({ origin }) => origin === plan.origin)
  const open = ours.filter(({ closedAt }) => closedAt === undefined)
  const report: Report = {
    state: worst([...open.map(({ severity }) => severity), ...foreign.map(() => 'critical' as const)]),
    at: times.clock.now(),
    instance: plan.instance,
    verdicts: [],
    incidents: new Map(ours.map((incident) => [idOf(incident), incident])),
    hushed: [],
    delivered: [],
    undelivered: [],
    problems,
  }
  // Nothing was read: a file stays as the last run left it, with its time, and there are no figures.
  if (format !== undefined && format !== 'prometheus' && output === undefined) {
    const facts = { run: course.name, duration: elapsedSeconds(world) }
    world.stdout.write(formatReport(report, { format, facts, colour: false }))
  }
  return tellWhatFailed(report, settings, { ...course, problems: [] })
}

/** Nothing is watched while it is stuck, so somebody must hear of it: the first of the next runs tells it for all. */
async function tellOf({ pid, since, until }: Holder, settings: Settings, course: Course): Promise<void> {
  const { clock, timeout, deadline } = course.times
  const { plan, secrets } = settings
  const layout = stuckLayout(settings.layout)
  const lock = await takeRunLock(layout.stuckLock, {
    signature: '',
    signal: AbortSignal.abort(),
    timeout,
    clock,
    tryLock: await findKernelLock(),
  })
  // Another one is telling it at this moment.
  if (lock.kind === 'busy' || lock.kind === 'same') return
  const stuck = { pid, since: new Date(since), timeout: (Date.parse(until) - Date.parse(since)) / 1_000 }
  const store = storeOf({ ...settings, layout }, { isAlone: false })
  try {
    const verdict = judgeRun({ ...stuck, now: clock.now() })
    const found = await tellOfStuckRun(plan, { clock, store, newId }, { verdict, deadline: deadline() })
    const report = redactReport(found, secrets)
    tellWhatFailed(report, settings, { ...course, problems: [] })
  } finally {
    if (lock.kind === 'held') await lock.release()
  }
}
