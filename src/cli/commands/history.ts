import { systemZone } from '../../config/system-zone.ts'
import { availabilityOf } from '../../core/availability.ts'
import { UsageError } from '../../core/errors.ts'
import { outagesOf } from '../../core/history.ts'
import type { Named } from '../../core/names.ts'
import { isMeantBy } from '../../core/quiet.ts'
import { clean } from '../../core/text.ts'
import { readJournal } from '../../state/journal.ts'
import { createLockfileStore } from '../../state/lockfiles.ts'
import { formatHistory, formatHistoryJson, type History } from '../output/history.ts'
import { layoutOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'
import type { StatusOptions } from './status.ts'

const DAY = 86_400
const LENGTHS = [DAY, 7 * DAY, 30 * DAY] as const

/** How many outages a person reads; a program has all. */
const SHOWN = 50

/**
 * What has been: each outage with its length, and how much of the time each check was well.
 *
 * @param names of checks and rows, in which each `*` stands for any text; none for all
 * @throws StateError where the journal is not ours to read
 */
export async function historyCommand(names: readonly string[], options: StatusOptions, world: World): Promise<Code> {
  if (options.maxAge !== undefined || options.quiet === true) {
    throw new UsageError('--max-age and --quiet are about the last run; leave out --history')
  }
  const layout = layoutOf(options, { origin: '' }, world)
  // Before the journal: what ends in between must not look as if it had lost its lockfile.
  const { incidents, problems } = await createLockfileStore(layout, { origin: '', readOnly: true }).load([])
  const { entries, skipped } = await readJournal(layout.journal)
  const now = new Date()
  const all = outagesOf(entries, { incidents: problems.length === 0 ? incidents : undefined, now })
  const outages = all.filter((outage) => isWanted(outage, names))
  if (names.length > 0 && outages.length === 0) {
    throw new UsageError(`nothing is noted of ${names.map(clean).join(', ')}; leave the names out to see everything`)
  }
  const from = earliest([...entries.map(({ at }) => at), ...incidents.map(({ openedAt }) => openedAt)])
  const history: History = {
    now,
    from,
    outages: outages.toReversed(),
    availability: from === undefined ? [] : availabilityOf(outages, { now, lengths: LENGTHS, from }),
    lengths: LENGTHS,
    skipped,
    limit: options.limit ?? (options.format === 'json' ? Number.POSITIVE_INFINITY : SHOWN),
  }
  const timezone = options.timezone ?? systemZone()
  world.stdout.write(options.format === 'json' ? formatHistoryJson(history) : formatHistory(history, timezone))
  for (const { message } of problems) complain(world, message)
  return problems.length === 0 ? 0 : 3
}

function isWanted(named: Named, names: readonly string[]): boolean {
  return names.length === 0 || names.some((name) => isMeantBy(name, named))
}

function earliest(instants: readonly Date[]): Date | undefined {
  return instants.reduce<Date | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined)
}
