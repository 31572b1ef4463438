import { setTimeout as sleep } from 'node:timers/promises'
import { idOf } from '../../core/names.ts'
import type { Report } from '../../core/report.ts'
import { exitCodeOf, worst } from '../../core/severity.ts'
import type { Incident, Severity, Verdict } from '../../core/types.ts'
import { look } from '../../look.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options.ts'
import { wantsColour } from '../output/colour.ts'
import { type Question, tracesOf } from '../output/details.ts'
import { formatReport, redactReport } from '../output/report.ts'
import { translate } from '../pgsql-options.ts'
import { elapsedSeconds, nameOfRun, putReport, refuseOwn } from '../put.ts'
import { readSettings, type Settings, timesOf } from '../settings.ts'
import type { Code, World } from '../world.ts'

/** Nothing is told, so nearly all of the time is for reading. */
const READING_SHARE = 0.95

/** How long `--until-ok` waits between two looks, in milliseconds. */
const BETWEEN_MS = 1_000

/** Reads and judges, and writes nothing but its report: a monitoring plugin. */
export async function checkCommand(given: readonly string[], written: WatchOptions, world: World): Promise<Code> {
  const { names, options, isQuiet } = translate(given, written)
  const patience = performance.now() + (options.untilOk ?? 0) * 1_000
  for (let isFirst = true; ; isFirst = false) {
    const left = patience - performance.now()
    const found = await lookOnce(names, options, isFirst ? world : { ...world, elapsedMs: () => 0 })
    if (found.report.state === 'ok' || left <= 0) {
      if (!isQuiet || options.output !== undefined) await print(found, names, { options, world })
      return exitCodeOf(found.report.state)
    }
    // The last look is at the very end.
    await sleep(Math.min(BETWEEN_MS, Math.max(0, patience - performance.now())))
  }
}

interface Found {
  readonly report: Report
  readonly settings: Settings
  readonly questions: readonly Question[]
}

async function lookOnce(names: readonly string[], options: WatchOptions, world: World): Promise<Found> {
  const times = timesOf(options, world, { timeout: STANDARD.check, readingShare: READING_SHARE })
  const settings = await readSettings(options, world, { names, readingTime: times.timeout * READING_SHARE })
  const questions: Question[] = []
  const onAsked = (source: string, asked: Omit<Question, 'source'>): void => void questions.push({ ...asked, source })
  const ports = { clock: times.clock, ...((options.verbose ?? 0) > 1 ? { onAsked } : {}) }
  refuseOwn(options, settings)
  const found = await look(settings.plan, ports, times.deadline())
  const verdicts = withTimeoutState(found, options.timeoutState)
  const report: Report = {
    state: worst(verdicts.map(({ severity }) => severity)),
    at: times.clock.now(),
    instance: settings.plan.instance,
    verdicts,
    incidents: new Map(),
    hushed: [],
    delivered: [],
    undelivered: [],
    problems: [],
  }
  return { report, settings, questions }
}

/** That time was up means what the user says, whatever was waited for: also of what hangs on that. */
function withTimeoutState(verdicts: readonly Verdict[], state: Severity | undefined): readonly Verdict[] {
  if (state === undefined) return verdicts
  const late = new Set(verdicts.filter(({ cause }) => cause === 'timeout').map(({ check }) => check))
  const isLate = ({ cause, blockedBy = '' }: Verdict): boolean => cause === 'timeout' || late.has(blockedBy)
  return verdicts.map((verdict) => (isLate(verdict) ? { ...verdict, severity: state } : verdict))
}

async function print(
  { report, settings, questions }: Found,
  names: readonly string[],
  { options, world }: { readonly options: WatchOptions; readonly world: World },
): Promise<void> {
  const format = options.format ?? 'nagios'
  const { shown, secrets } = settings
  const verbosity = options.verbose ?? 0
  const incidents = format === 'json' ? await knownIncidents(settings) : new Map<string, Incident>()
  const text = formatReport(redactReport({ ...report, incidents }, secrets), {
    format,
    facts: { run: nameOfRun(names, options, settings), duration: elapsedSeconds(world) },
    colour: wantsColour(world) && options.output === undefined,
    verbosity,
    more: tracesOf(report.verdicts, questions, { verbosity, shown, secrets }),
  })
  await putReport(text, options, world)
}

/** What runs have remembered of these checks; who may not read it sees none of it. */
async function knownIncidents({ layout, plan }: Settings): Promise<ReadonlyMap<string, Incident>> {
  const { createLockfileStore } = await import('../../state/lockfiles.ts')
  const store = createLockfileStore(layout, { origin: plan.origin, readOnly: true })
  const names = plan.sources.flatMap(({ source, watched }) => [source.name, ...watched.map(({ check }) => check.name)])
  const { incidents } = await store.load(names)
  const ours = incidents.filter(({ origin }) => origin === plan.origin)
  return new Map(ours.map((incident) => [idOf(incident), incident]))
}
