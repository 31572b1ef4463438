import { UsageError } from '../../core/errors.ts'
import { entryOf } from '../../core/incident/entry.ts'
import { titleOf } from '../../core/names.ts'
import type { StateStore } from '../../core/ports.ts'
import type { Incident } from '../../core/types.ts'
import { openStore } from '../../setup/open-store.ts'
import { chooseIncidents, type HandOptions, whileNoneRuns } from '../settings/hands.ts'
import { placeOf } from '../settings/place.ts'
import { type Code, complain, complainOf, type World } from '../world.ts'

/** Forgets incidents by hand, as removing their lockfiles does: the next failure is a new one. Tells nobody. */
export async function clearCommand(names: readonly string[], options: HandOptions, world: World): Promise<Code> {
  if (names.length === 0 && options.lockfile === undefined) {
    throw new UsageError('name what to forget, as in: lastalive clear mdx; lastalive status shows what is open')
  }
  // Before the lock: where there is nothing to forget, no file need be made.
  const { chosen, problems } = await chooseIncidents(names, options, world)
  for (const problem of problems) complainOf(world, problem)
  if (chosen.length === 0) {
    if (problems.length > 0) return 4
    world.stdout.write('nothing is open\n')
    return 0
  }
  return whileNoneRuns(() => forget(names, options, world), { options, world, failed: 'not cleared' })
}

async function forget(names: readonly string[], options: HandOptions, world: World): Promise<Code> {
  const { chosen, problems } = await chooseIncidents(names, options, world)
  let isClean = problems.length === 0
  for (const incident of chosen) {
    const store = await openStore(placeOf(options, world), { whose: incident })
    const failed = await clearOne(store, incident)
    for (const message of failed) complain(world, message)
    if (failed.length === 0) world.stdout.write(`cleared ${titleOf(incident)}: ${incident.summary}\n`)
    else isClean = false
  }
  return isClean ? 0 : 4
}

async function clearOne(store: StateStore, incident: Incident): Promise<readonly string[]> {
  const entry = entryOf('cleared', incident, new Date())
  const problems = [...(await store.journal([entry])), ...(await store.remove([incident]))]
  return problems.map(({ message }) => message)
}
