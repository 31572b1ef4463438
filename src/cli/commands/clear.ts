import { randomUUID } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import { adopt } from '../../core/incident.ts'
import type { StateStore } from '../../core/ports.ts'
import type { Incident, Seconds } from '../../core/types.ts'
import { createClock } from '../../setup.ts'
import { findKernelLock } from '../../state/kernel-lock.ts'
import { createLockfileStore } from '../../state/lockfiles.ts'
import { takeRunLock } from '../../state/run-lock.ts'
import type { WatchOptions } from '../options.ts'
import { layoutOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'
import { RUN_TIMEOUT } from './run.ts'

/** The options of `clear`. */
export interface ClearOptions extends Pick<WatchOptions, 'state' | 'lockfile'> {
  readonly timeout?: Seconds
}

/** Forgets incidents by hand, as removing their lockfiles does: the next failure is a new one. Tells nobody. */
export async function clearCommand(names: readonly string[], options: ClearOptions, world: World): Promise<Code> {
  if (names.length === 0 && options.lockfile === undefined) {
    throw new UsageError('name what to forget, as in: lastalive clear mdx; lastalive status shows what is open')
  }
  const layout = layoutOf(options, '', world)
  const timeout = options.timeout ?? RUN_TIMEOUT
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

async function forget(names: readonly string[], options: ClearOptions, world: World): Promise<Code> {
  const looking = createLockfileStore(layoutOf(options, '', world), { origin: '', readOnly: true })
  const { incidents: ours, foreign, problems } = await looking.load([])
  const incidents = [...ours, ...foreign.map(adoptForeign)]
  const chosen = incidents.filter(
    ({ check }) => names.length === 0 || options.lockfile !== undefined || names.includes(check),
  )
  const missing =
    options.lockfile === undefined ? names.filter((name) => !chosen.some(({ check }) => check === name)) : []
  if (missing.length > 0) {
    const open = incidents.map(({ check }) => check)
    throw new UsageError(
      `nothing is open for ${missing.join(', ')}; open: ${open.length === 0 ? 'nothing' : open.join(', ')}`,
    )
  }
  const failed = [...problems.map(({ message }) => message)]
  for (const incident of chosen) {
    const store = createLockfileStore(layoutOf(options, incident.origin, world), { origin: incident.origin })
    failed.push(...(await clearOne(store, incident)))
    world.stdout.write(`cleared ${incident.check}: ${incident.summary}\n`)
  }
  for (const message of failed) complain(world, message)
  return failed.length > 0 ? 4 : 0
}

/** A lockfile of another program, such as the classic alert script's: all that is known of it is that it is there. */
function adoptForeign({ check, openedAt }: { readonly check: string; readonly openedAt: Date }): Incident {
  const nobody = {
    policy: { failures: 1, recoveries: 1 },
    origin: '',
    now: openedAt,
    newId: randomUUID,
    recipients: [],
  }
  return adopt(check, { ...nobody, openedAt, severity: 'critical' })
}

async function clearOne(store: StateStore, incident: Incident): Promise<readonly string[]> {
  const { check, id, episode, severity, summary } = incident
  const entry = { at: new Date(), event: 'cleared' as const, check, id, episode, severity, summary }
  const problems = [...(await store.remove([incident])), ...(await store.journal([entry]))]
  return problems.map(({ message }) => message)
}
