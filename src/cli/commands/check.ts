import { idOf } from '../../core/names.ts'
import type { Report } from '../../core/report.ts'
import { exitCodeOf, worst } from '../../core/severity.ts'
import type { Incident } from '../../core/types.ts'
import { look } from '../../look.ts'
import { createLockfileStore } from '../../state/lockfiles.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options.ts'
import { wantsColour } from '../output/colour.ts'
import { formatReport, redactReport } from '../output/report.ts'
import { readSettings, type Settings, timesOf } from '../settings.ts'
import type { Code, World } from '../world.ts'

/** Nothing is told, so nearly all of the time is for reading. */
const READING_SHARE = 0.95

/** Reads and judges, and writes nothing but its report: a monitoring plugin. */
export async function checkCommand(names: readonly string[], options: WatchOptions, world: World): Promise<Code> {
  const times = timesOf(options, world, { timeout: STANDARD.check, readingShare: READING_SHARE })
  const settings = await readSettings(options, world, { names, readingTime: times.timeout * READING_SHARE })
  const verdicts = await look(settings.plan, times, times.deadline())
  const format = options.format ?? 'nagios'
  const report: Report = {
    state: worst(verdicts.map(({ severity }) => severity)),
    at: times.clock.now(),
    instance: settings.plan.instance,
    verdicts,
    incidents: format === 'json' ? await knownIncidents(settings) : new Map(),
    hushed: [],
    delivered: [],
    undelivered: [],
    problems: [],
  }
  const colour = wantsColour(world)
  world.stdout.write(
    formatReport(redactReport(report, settings.secrets), { format, colour, verbose: options.verbose === true }),
  )
  return exitCodeOf(report.state)
}

/** What runs have remembered of these checks; who may not read it sees none of it. */
async function knownIncidents({ layout, plan }: Settings): Promise<ReadonlyMap<string, Incident>> {
  const store = createLockfileStore(layout, { origin: plan.origin, readOnly: true })
  const names = plan.sources.flatMap(({ source, watched }) => [source.name, ...watched.map(({ check }) => check.name)])
  const { incidents } = await store.load(names)
  const ours = incidents.filter(({ origin }) => origin === plan.origin)
  return new Map(ours.map((incident) => [idOf(incident), incident]))
}
