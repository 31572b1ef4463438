import { requireValid } from '../../config/shape/schema.ts'
import type { Report } from '../../core/incident/report.ts'
import { judgeConfiguration, judgeLeftOut } from '../../core/judge/configuration.ts'
import { exitCodeOf, worst } from '../../core/judge/severity.ts'
import { idOf } from '../../core/names.ts'
import { leftOutOf, namesThatRecall, namesWatched } from '../../core/plan.ts'
import type { Incident, Severity, Verdict } from '../../core/types.ts'
import { nowMs } from '../../io/now.ts'
import { judgeStrays, look } from '../../run/look.ts'
import type { Recalling } from '../../run/recall.ts'
import { strays } from '../../run/strays.ts'
import { openStore } from '../../setup/open-store.ts'
import type { WatchOptions } from '../options/options.ts'
import type { CheckPgsqlLine } from '../options/pgsql.ts'
import { isOneLine } from '../options/written.ts'
import { wantsColour } from '../output/colour.ts'
import type { SourceQuestion } from '../output/details.ts'
import { elapsedSeconds, nameOfRun, putReport, refuseOwn } from '../output/put.ts'
import { formatReport, redactReport } from '../output/report.ts'
import { readSettings, type Settings } from '../settings/settings.ts'
import { timesOf } from '../settings/times.ts'
import { type Code, complain, type World } from '../world.ts'

/** How long `--until-ok` waits between two looks, in milliseconds. */
const BETWEEN_MS = 1_000

/** Reads and judges, and writes nothing but its report: a monitoring plugin. */
export async function checkCommand(given: readonly string[], written: WatchOptions, world: World): Promise<Code> {
  const { names, options, isQuiet } = await asWritten(given, written)
  const patience = nowMs() + (options.untilOk ?? 0) * 1_000
  for (let isFirst = true; ; isFirst = false) {
    const left = patience - nowMs()
    const found = await lookOnce(names, options, isFirst ? world : { ...world, elapsedMs: () => 0 })
    if (found.report.state === 'ok' || left <= 0) {
      sayMistakes(found.settings, names, { options, world })
      if (!isQuiet || options.output !== undefined) await print(found, names, { options, world })
      return exitCodeOf(found.report.state)
    }
    const { setTimeout: sleep } = await import('node:timers/promises')
    // The last look is at the very end.
    await sleep(Math.min(BETWEEN_MS, Math.max(0, patience - nowMs())))
  }
}

/** A check that was asked for by its name stands for itself: what is wrong elsewhere is said aside. */
function sayMistakes(
  { plan }: Settings,
  names: readonly string[],
  { options, world }: { readonly options: WatchOptions; readonly world: World },
): void {
  if (names.length === 0 && options.tag === undefined) return
  for (const { words } of plan.leftOut?.mistakes ?? []) complain(world, words)
}

interface Looked {
  readonly report: Report
  readonly settings: Settings
  readonly questions: readonly SourceQuestion[]
}

async function lookOnce(names: readonly string[], options: WatchOptions, world: World): Promise<Looked> {
  const times = timesOf(options, world, 'check')
  const settings = await readSettings(options, world, { names, readingTime: times.readingTime, tells: false })
  const questions: SourceQuestion[] = []
  const onAsked = (source: string, asked: Omit<SourceQuestion, 'source'>): void =>
    void questions.push({ ...asked, source })
  const ports = { clock: times.clock, ...((options.verbose ?? 0) > 1 ? { onAsked } : {}) }
  await refuseOwn(options, settings)
  // Of a line nothing is left that could be read.
  if (isOneLine(options)) requireValid(settings.config)
  const found = await look(settings.plan, { ...ports, ...(await recallingOf(settings)) }, times.deadline())
  const leftOut = judgeLeftOutIn(settings, names, options)
  const verdicts = [...leftOut, ...withTimeoutState(found, options.timeoutState), ...judgeStrays(strays())]
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

/**
 * What is wrong in the configuration: as a row of its own, or, where checks were asked for, as the rows of those of them
 * that cannot be read.
 */
function judgeLeftOutIn({ plan }: Settings, names: readonly string[], { tag }: WatchOptions): readonly Verdict[] {
  if (plan.leftOut === undefined) return []
  if (names.length === 0 && tag === undefined) return [judgeConfiguration(plan.leftOut.mistakes, leftOutOf(plan))]
  return leftOutOf(plan).map((name) => judgeLeftOut(name, plan.leftOut?.checks.get(name) ?? ''))
}

/** That time was up means what the user says, whatever was waited for: also of what hangs on that. */
function withTimeoutState(verdicts: readonly Verdict[], state: Severity | undefined): readonly Verdict[] {
  if (state === undefined) return verdicts
  const late = new Set(verdicts.filter(({ cause }) => cause === 'timeout').map(({ check }) => check))
  const isLate = ({ cause, blockedBy = '' }: Verdict): boolean => cause === 'timeout' || late.has(blockedBy)
  return verdicts.map((verdict) => (isLate(verdict) ? { ...verdict, severity: state } : verdict))
}

/** The options of check_pgsql are translated where there are any. */
async function asWritten(names: readonly string[], options: WatchOptions): Promise<CheckPgsqlLine> {
  const { quiet, hostname, port, database, logname, password, queryWarning, queryCritical } = options
  const own = [quiet, hostname, port, database, logname, password, queryWarning, queryCritical]
  if (own.every((option) => option === undefined)) return { names, options, isQuiet: false }
  return (await import('../options/pgsql.ts')).translate(names, options)
}

async function print(
  { report, settings, questions }: Looked,
  names: readonly string[],
  { options, world }: { readonly options: WatchOptions; readonly world: World },
): Promise<void> {
  const format = options.format ?? 'nagios'
  const { shown, secrets } = settings
  const verbosity = options.verbose ?? 0
  const incidents = format === 'json' ? await knownIncidents(settings) : new Map<string, Incident>()
  const details = verbosity < 1 ? undefined : await import('../output/details.ts')
  const text = await formatReport(redactReport({ ...report, incidents }, secrets), {
    format,
    facts: { run: nameOfRun(names, options, settings), duration: elapsedSeconds(world) },
    colour: wantsColour(world) && options.output === undefined,
    verbosity,
    more: details?.tracesOf(report.verdicts, questions, { verbosity, shown, secrets }) ?? [],
  })
  await putReport(text, options, world)
}

/** What runs have left, for those that need it. It is read only: what was not seen by a run is not known. */
async function recallingOf({ place, plan }: Settings): Promise<Recalling> {
  const names = namesThatRecall(plan)
  if (names.length === 0) return {}
  const { memory } = await (await openStore(place, { whose: plan, readOnly: true })).load(namesWatched(plan))
  const isKnown = names.some((name) => memory?.has(name))
  return memory !== undefined && isKnown ? { memory, isFirstRun: true } : {}
}

/** What runs have remembered of these checks; who may not read it sees none of it. */
async function knownIncidents({ place, plan }: Settings): Promise<ReadonlyMap<string, Incident>> {
  const store = await openStore(place, { whose: plan, readOnly: true })
  const { incidents } = await store.load(namesWatched(plan))
  const ours = incidents.filter(({ origin }) => origin === plan.origin)
  return new Map(ours.map((incident) => [idOf(incident), incident]))
}
