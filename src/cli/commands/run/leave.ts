import type { Report } from '../../../core/incident/report.ts'
import { worst } from '../../../core/judge/severity.ts'
import { idOf } from '../../../core/names.ts'
import { namesWatched } from '../../../core/plan.ts'
import { openStore } from '../../../setup/open-store.ts'
import type { Holder } from '../../../setup/take-turn.ts'
import { describeHolder } from '../../output/busy.ts'
import { elapsedSeconds } from '../../output/put.ts'
import { formatReport } from '../../output/report.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Code } from '../../world.ts'
import { type CommandRun, isVerbose } from './command-run.ts'
import { tellWhatFailed } from './show.ts'

/** Another run is doing the very same at this moment: what is open is all that there is to say. */
export async function leave(settings: Settings, holder: Holder, commandRun: CommandRun): Promise<Code> {
  const { options, world, times } = commandRun
  const { format, output } = options
  if (isVerbose(options) && format !== 'prometheus')
    world.stdout.write(`not run: the same run is under way${describeHolder(holder)}\n`)
  const { plan, place } = settings
  const store = await openStore(place, { whose: plan, readOnly: true })
  const { incidents, foreign, problems } = await store.load(namesWatched(plan))
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
    const facts = { run: commandRun.name, duration: elapsedSeconds(world) }
    world.stdout.write(await formatReport(report, { format, facts, colour: false }))
  }
  return tellWhatFailed(report, settings, { ...commandRun, problems: [] })
}
