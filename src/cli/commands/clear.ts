import { randomUUID } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import { adopt } from '../../core/incident.ts'
import { idOf, titleOf } from '../../core/names.ts'
import type { StateStore } from '../../core/ports.ts'
import { clean } from '../../core/text.ts'
import type { Incident, Seconds, StateProblem } from '../../core/types.ts'
import { entryOf } from '../../course.ts'
import { createClock } from '../../setup.ts'
import { findKernelLock } from '../../state/kernel-lock.ts'
import { createLockfileStore } from '../../state/lockfiles.ts'
import { takeRunLock } from '../../state/run-lock.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options.ts'
import { layoutOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'

/** How many names a message lists. */
const LONGEST_LIST = 20

/** The options of `clear`. */
export interface ClearOptions extends Pick<WatchOptions, 'state' | 'lockfile'> {
  readonly timeout?: Seconds
}

/** Forgets incidents by hand, as removing their lockfiles does: the next failure is a new one. Tells nobody. */
export async function clearCommand(names: readonly string[], options: ClearOptions, world: World): Promise<Code> {
  if (names.length === 0 && options.lockfile === undefined) {
    throw new UsageError('name what to forget, as in: lastalive clear mdx; lastalive status shows what is open')
  }
  // Before the lock: where there is nothing to forget, no file need be made.
  const { chosen, problems } = await choose(names, options, world)
  for (const { message } of problems) complain(world, message)
  if (chosen.length === 0) {
    if (problems.length > 0) return 4
    world.stdout.write('nothing is open\n')
    return 0
  }
  const layout = layoutOf(options, '', world)
  const timeout = options.timeout ?? STANDARD.run
  const signal = AbortSignal.timeout(Math.ceil(timeout * 1_000))
  const lock = await takeRunLock(layout.runLock, {
    signature: '',
    signal,
    timeout,
    clock: createClock(undefined),
    tryLock: await findKernelLock(),
  })
  if (lock.kind !== 'held') {
    complain(
      world,
      lock.kind === 'unusable' ? lock.message : 'not cleared: a run is under way; try again when it has ended',
    )
    return 4
  }
  try {
    return await forget(names, options, world)
  } finally {
    await lock.release()
  }
}

/** What is open under these names, or at the lockfile. */
async function choose(
  names: readonly string[],
  options: ClearOptions,
  world: World,
): Promise<{ readonly chosen: readonly Incident[]; readonly problems: readonly StateProblem[] }> {
  const looking = createLockfileStore(layoutOf(options, '', world), { origin: '', readOnly: true })
  const { incidents, foreign, problems } = await looking.load([])
  const open = [...incidents, ...foreign.map(adoptForeign)]
  if (names.length === 0) return { chosen: open, problems }
  const missing = names.filter((name) => !open.some((incident) => isMeant(name, incident)))
  if (missing.length === 0) {
    return { chosen: open.filter((incident) => names.some((name) => isMeant(name, incident))), problems }
  }
  const shown = open.slice(0, LONGEST_LIST).map(titleOf)
  const known = open.length === 0 ? 'nothing' : [...shown, ...(open.length > shown.length ? ['…'] : [])].join(', ')
  throw new UsageError(`nothing is open for ${missing.map(clean).join(', ')}; open: ${known}`)
}

/** By its name as it is, or as `status` shows it; the name of a check means its rows as well. */
function isMeant(name: string, incident: Incident): boolean {
  return [incident.check, idOf(incident), titleOf(incident)].includes(name)
}

async function forget(names: readonly string[], options: ClearOptions, world: World): Promise<Code> {
  const { chosen, problems } = await choose(names, options, world)
  let isClean = problems.length === 0
  for (const incident of chosen) {
    const store = createLockfileStore(layoutOf(options, incident.origin, world), { origin: incident.origin })
    const failed = await clearOne(store, incident)
    for (const message of failed) complain(world, message)
    if (failed.length === 0) world.stdout.write(`cleared ${titleOf(incident)}: ${incident.summary}\n`)
    else isClean = false
  }
  return isClean ? 0 : 4
}

/** A lockfile of another program, such as the classic alert script's: all that is known of it is that it is there. */
function adoptForeign({ check, openedAt }: { readonly check: string; readonly openedAt: Date }): Incident {
  const nobody = {
    policy: { failures: 1, recoveries: 1 },
    origin: '',
    now: openedAt,
    newId: randomUUID,
    audienceOf: () => [],
  }
  return adopt({ check }, { ...nobody, openedAt, severity: 'critical' })
}

async function clearOne(store: StateStore, incident: Incident): Promise<readonly string[]> {
  const entry = entryOf('cleared', incident, new Date())
  const problems = [...(await store.journal([entry])), ...(await store.remove([incident]))]
  return problems.map(({ message }) => message)
}
