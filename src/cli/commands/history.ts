import { secondsInDay, secondsInWeek } from 'date-fns/constants'
import { loadTree } from '../../config/load.ts'
import { plannedFor } from '../../config/planned.ts'
import { ConfigError, StateError, UsageError } from '../../core/errors.ts'
import { availabilityOf, type Times } from '../../core/incident/availability.ts'
import { outagesOf } from '../../core/incident/history.ts'
import { isMeantBy } from '../../core/incident/muted.ts'
import type { Named } from '../../core/names.ts'
import { presentEntries } from '../../core/time/present-clock.ts'
import { clean } from '../../core/words/text.ts'
import { openStore } from '../../setup/open-store.ts'
import { whyNowhere } from '../../setup/place.ts'
import { formatHistory, formatHistoryJson, type History } from '../output/history.ts'
import { placeOf } from '../settings/place.ts'
import { keptZone } from '../settings/zone.ts'
import { type Code, complain, complainOf, type World } from '../world.ts'
import type { StatusOptions } from './status.ts'

const LENGTHS = [secondsInDay, secondsInWeek, 30 * secondsInDay] as const

/** How many outages a person reads; a program has all. */
const SHOWN = 50

/**
 * What has been: each outage with its length, and how much of the time each check was well.
 *
 * @param names of checks and rows, in which each `*` stands for any text; none for all
 * @throws StateError where the journal is not ours to read
 */
export async function historyCommand(names: readonly string[], options: StatusOptions, world: World): Promise<Code> {
  refuseOthers(options)
  const place = placeOf(options, world)
  const store = await openStore(place, { readOnly: true })
  // Before the journal: what ends in between must not look as if it had lost its lockfile.
  const stored = await store.load([])
  const { incidents } = stored
  const problems = [...stored.problems, ...(await whyNowhere(place))]
  const { entries: noted, skipped, problems: unread } = await store.loadJournal()
  for (const { message, path } of unread) throw new StateError(message, { path })
  const entries = presentEntries(noted, incidents)
  const now = new Date()
  const all = outagesOf(entries, { incidents: problems.length === 0 ? incidents : undefined, now })
  const outages = all.filter((outage) => isWanted(outage, names))
  if (names.length > 0 && outages.length === 0) {
    throw new UsageError(`nothing is noted of ${names.map(clean).join(', ')}; leave the names out to see everything`)
  }
  const planned = outages.length === 0 ? {} : await plannedIn(options, world)
  const from = earliest([...entries.map(({ at }) => at), ...incidents.map(({ openedAt }) => openedAt)])
  const history: History = {
    now,
    place,
    from,
    outages: outages.toReversed(),
    availability: from === undefined ? [] : availabilityOf(outages, { now, lengths: LENGTHS, from, ...planned }),
    lengths: LENGTHS,
    skipped,
    limit: options.limit ?? (options.format === 'json' ? Number.POSITIVE_INFINITY : SHOWN),
  }
  const timezone = options.timezone ?? (await keptZone(store))
  world.stdout.write(options.format === 'json' ? formatHistoryJson(history) : formatHistory(history, timezone))
  for (const problem of problems) complainOf(world, problem)
  return problems.length === 0 ? 0 : 3
}

/** What goes without `--history`, or not with a lockfile. */
function refuseOthers(options: StatusOptions): void {
  if (options.maxAge !== undefined || options.quiet === true) {
    throw new UsageError('--max-age and --quiet are about the last run; leave out --history')
  }
  if (options.lockfile !== undefined && options.config !== undefined) {
    throw new UsageError('a line with --lockfile has no configuration; leave out --config')
  }
}

/**
 * The maintenance that is planned in the configuration. Which there was before is not known. A broken file keeps nobody
 * from the history: without a file nothing is left out of it.
 *
 * @throws UsageError, ConfigError where a file that was named cannot be read
 */
async function plannedIn({ config, lockfile }: StatusOptions, world: World): Promise<Pick<Times, 'maintenanceOf'>> {
  if (lockfile !== undefined) return {}
  try {
    const { raw, origin } = await loadTree({ config, env: world.env })
    return { maintenanceOf: (whose) => (whose.origin === origin ? plannedFor(raw, whose.check) : undefined) }
  } catch (error) {
    if (config !== undefined) throw error
    if (error instanceof UsageError) return {}
    if (!(error instanceof ConfigError)) throw error
    complain(world, 'no planned maintenance is left out: the configuration cannot be read; lastalive validate says why')
    return {}
  }
}

function isWanted(named: Named, names: readonly string[]): boolean {
  return names.length === 0 || names.some((name) => isMeantBy(name, named))
}

function earliest(instants: readonly Date[]): Date | undefined {
  return instants.reduce<Date | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined)
}
