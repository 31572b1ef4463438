import { UsageError } from '../../core/errors.ts'
import { availabilityOf, outagesOf } from '../../core/history.ts'
import { isMeantBy } from '../../core/quiet.ts'
import { clean } from '../../core/text.ts'
import { readJournal } from '../../state/journal.ts'
import { formatHistory, formatHistoryJson, type History } from '../output/history.ts'
import { layoutOf } from '../settings.ts'
import type { Code, World } from '../world.ts'
import type { StatusOptions } from './status.ts'

const DAY = 86_400
const LENGTHS = [DAY, 7 * DAY, 30 * DAY] as const

/**
 * What has been: each outage with its length, and how much of the time each check was well.
 *
 * @param names of checks and rows, in which each `*` stands for any text; none for all
 * @throws StateError where the journal is not ours to read
 */
export async function historyCommand(names: readonly string[], options: StatusOptions, world: World): Promise<Code> {
  const { entries, skipped } = await readJournal(layoutOf(options, '', world).journal)
  const isMeant = (named: { readonly check: string; readonly item?: string }): boolean =>
    names.length === 0 || names.some((name) => isMeantBy(name, named))
  const wanted = entries.filter(isMeant)
  if (names.length > 0 && wanted.length === 0) {
    throw new UsageError(`nothing is noted of ${names.map(clean).join(', ')}; leave the names out to see everything`)
  }
  const now = new Date()
  const from = entries[0]?.at
  const outages = outagesOf(wanted)
  const history: History = {
    now,
    from,
    outages: outages.toReversed(),
    availability: from === undefined ? [] : availabilityOf(outages, { now, lengths: LENGTHS, from }),
    lengths: LENGTHS,
    skipped,
  }
  const timezone = options.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  world.stdout.write(options.format === 'json' ? formatHistoryJson(history) : formatHistory(history, timezone))
  return 0
}
