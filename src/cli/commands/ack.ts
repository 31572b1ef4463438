import { UsageError } from '../../core/errors.ts'
import { entryOf } from '../../core/incident/entry.ts'
import { acknowledge, unacknowledge } from '../../core/incident/incident.ts'
import { titleOf } from '../../core/names.ts'
import { formatInstant } from '../../core/time/zone.ts'
import type { Incident, Seconds } from '../../core/types.ts'
import { openStore } from '../../setup/open-store.ts'
import { type Chosen, chooseIncidents, type HandOptions, handOf, noteOf, whileNoneRuns } from '../settings/hands.ts'
import { placeOf } from '../settings/place.ts'
import { keptZone } from '../settings/zone.ts'
import { type Code, complain, complainOf, problemWords, type World } from '../world.ts'

/** The options of `ack`. */
export interface AckOptions extends HandOptions {
  readonly note?: string
  readonly for?: Seconds
  readonly end?: boolean
}

/** Notes that somebody has seen what is open: nothing more is said of it until it gets worse, or is over. */
export async function ackCommand(names: readonly string[], options: AckOptions, world: World): Promise<Code> {
  if (names.length === 0 && options.lockfile === undefined) {
    throw new UsageError('name what was seen, as in: lastalive ack mdx; lastalive status shows what is open')
  }
  // Before the lock: where there is nothing to acknowledge, no file need be made.
  openAmong(await chooseIncidents(names, options, world))
  return whileNoneRuns(() => acknowledgeAll(names, options, world), { options, world, failed: 'not acknowledged' })
}

function openAmong({ chosen, problems }: Chosen): readonly Incident[] {
  const open = chosen.filter(({ closedAt }) => closedAt === undefined)
  const ours = open.filter(({ origin }) => origin !== '')
  if (ours.length > 0) return ours
  const unread = problems.map((problem) => `; ${problemWords(problem)}`).join('')
  throw new UsageError(`${open.length === 0 ? NOTHING : FOREIGN}${unread}`)
}

const NOTHING = 'nothing is open there; lastalive silence keeps quiet what is to come'
const FOREIGN = 'another program left that lockfile; the next run takes it over, then it can be acknowledged'

async function acknowledgeAll(names: readonly string[], options: AckOptions, world: World): Promise<Code> {
  const found = await chooseIncidents(names, options, world)
  const [open, { problems }] = [openAmong(found), found]
  for (const problem of problems) complainOf(world, problem)
  const timezone = await keptZone(await openStore(placeOf(options, world)))
  let isDone = problems.length === 0
  for (const incident of open) {
    const next = changed(incident, options, world)
    const failed = await keep(next, found, { options, world })
    for (const message of failed) complain(world, message)
    if (failed.length === 0) world.stdout.write(`${doneTo(next, timezone)}: ${incident.summary}\n`)
    else isDone = false
  }
  return isDone ? 0 : 4
}

function doneTo(incident: Incident, timezone: string): string {
  const { acknowledged } = incident
  if (acknowledged === undefined) return `no longer acknowledged ${titleOf(incident)}`
  const { until } = acknowledged
  const end = until === undefined ? 'it is worse, or over' : formatInstant(until, timezone)
  return `acknowledged ${titleOf(incident)} until ${end}`
}

function changed(incident: Incident, options: AckOptions, world: World): Incident {
  if (options.end === true) return unacknowledge(incident)
  const at = new Date()
  const until = options.for === undefined ? {} : { until: new Date(at.getTime() + options.for * 1_000) }
  return acknowledge(incident, { by: handOf(world), at, ...until, ...noteOf(options) })
}

async function keep(
  incident: Incident,
  { revisions }: Chosen,
  { options, world }: { readonly options: AckOptions; readonly world: World },
): Promise<readonly string[]> {
  const store = await openStore(placeOf(options, world), { whose: incident })
  const entries = incident.acknowledged === undefined ? [] : [entryOf('acknowledged', incident, new Date())]
  const problems = [...(await store.journal(entries)), ...(await store.save([incident], { revisions })).values()]
  return problems.map(({ message }) => message)
}
